import type { Decision } from "#model";
import { compileGlob } from "./glob.ts";
import type { Policy, PolicyInput } from "./types.ts";
import { uriNames } from "./uri-names.ts";

/** The decision about a tool that its server's filter hides. */
export const HIDDEN: Decision = { action: "deny", rule: "tools:deny", risk: "medium", faults: [] };

/** Says which tools, prompts, resources and methods exist at all, by the `tools` of each server. */
export function createFilters(servers: PolicyInput["servers"]): Policy["isVisible"] {
  const filters = Object.entries(servers).flatMap(([name, { tools }]) =>
    tools ? [[name, tools] as const] : [],
  );
  const forTools = new Map(filters.map(([name, tools]) => [name, compileFilter(tools)]));
  // What `allow` names are tools; what `deny` matches exists in no way.
  const forOthers = new Map(filters.map(([name, { deny = [] }]) => [name, deny.map(compileGlob)]));
  return (server, tool, method) => {
    if (method === undefined) return forTools.get(server)?.(tool) ?? true;
    const deny = forOthers.get(server) ?? [];
    if (deny.some((glob) => glob.matches(tool))) return false;
    return !isAboutUri(tool, method) || !uriNames(tool).areStopped(deny);
  };
}

// A completion is about a prompt or a template, and the name alone tells which.
function isAboutUri(name: string, method: string): boolean {
  return (
    method.startsWith("resources/") || (method === "completion/complete" && /^[a-z][a-z0-9+.-]*:/i.test(name))
  );
}

function compileFilter(
  tools: NonNullable<PolicyInput["servers"][string]["tools"]>,
): (tool: string) => boolean {
  const allow = tools.allow?.map(compileGlob);
  const deny = tools.deny?.map(compileGlob) ?? [];
  const known = new Map<string, boolean>();
  return (tool) => {
    const found = known.get(tool);
    if (found !== undefined) return found;
    if (known.size >= 10_000) known.clear();
    const visible =
      (allow?.some((glob) => glob.matches(tool)) ?? true) && !deny.some((glob) => glob.matches(tool));
    known.set(tool, visible);
    return visible;
  };
}
