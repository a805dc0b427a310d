import type { Json, JsonObject } from "#base";
import { readJson } from "#base";
import { parseConfig } from "#config";
import type { ToolCall } from "#model";
import type { PolicyInput } from "#policy";

/** Policy input of a config, as a program would load it. */
export function inputOf(config: unknown): PolicyInput {
  const { config: loaded, where } = parseConfig(JSON.stringify(config, null, 2), "c.json", {});
  return { policy: loaded.policy, approvals: loaded.approvals, servers: loaded.mcpServers, where };
}

/** Policy input of rules alone, over the servers `files` and `web`. */
export function inputOfRules(rules: readonly unknown[], rest: Record<string, unknown> = {}): PolicyInput {
  const mcpServers = { files: { command: "files" }, web: { command: "web" } };
  return inputOf({ mcpServers, policy: { rules, ...(rest.policy as object) }, ...without(rest, "policy") });
}

/** A call of `server__tool`, or of an own tool, with arguments given as JSON text or as a value. */
export function callOf(
  name: string,
  args: string | JsonObject = {},
  change: Partial<ToolCall> = {},
): ToolCall {
  const at = name.indexOf("__");
  const [server, tool] = at < 0 ? ["preloop", name] : [name.slice(0, at), name.slice(at + 2)];
  const argsText = typeof args === "string" ? args : JSON.stringify(args);
  return {
    id: "call",
    session: { id: "s1", client: "claude-code", clientVersion: "2.1", cwd: "/work", user: "local:ana" },
    server,
    tool,
    name,
    args: readJson(argsText) as Json as JsonObject,
    argsText,
    definitionDigest: "d",
    annotations: {},
    trusted: false,
    ...change,
  };
}

export const NOW = new Date("2026-05-04T10:30:00Z");

function without(record: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
