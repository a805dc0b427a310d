import { applyEdits, type JSONPath, modify } from "jsonc-parser";
import { isRecord, valueAt } from "./json-value.ts";
import { eolOf, parseJson } from "./read-file.ts";
import type { ServerDraft } from "./types.ts";

/** A rule of the starter policy. */
export interface ProposedRule {
  readonly name: string;
  readonly tool: readonly string[];
  readonly action: "allow" | "ask";
  readonly reason: string;
  readonly risk?: "high";
}

/** Additions that `init` makes to preloop's own config. */
export interface Additions {
  readonly servers: Readonly<Record<string, ServerDraft>>;
  readonly rules: readonly ProposedRule[];
  /** By the name a client gives itself. */
  readonly patience: Readonly<Record<string, string>>;
}

const FRESH = `// Begun by \`preloop init\`; \`preloop undo\` takes it back. It holds what your clients' configs held, secrets too.
{
  "mcpServers": {},
  "policy": {
    "default": "ask",
    "rules": []
  }
}
`;

/** The config's text with the additions; what stood there stays as it was, and its rules stand first. */
export function extendConfig(before: string | undefined, { servers, rules, patience }: Additions): string {
  let text = before ?? FRESH;
  for (const [name, server] of Object.entries(servers)) text = put(text, ["mcpServers", name], server);
  const known = valueAt(parseJson(text), ["policy", "rules"]);
  const names = new Set(Array.isArray(known) ? known.map((rule) => isRecord(rule) && rule.name) : []);
  for (const rule of rules.filter(({ name }) => !names.has(name))) {
    const list = valueAt(parseJson(text), ["policy", "rules"]);
    text = Array.isArray(list)
      ? put(text, ["policy", "rules", list.length], rule, true)
      : put(text, ["policy", "rules"], [rule]);
  }
  for (const [client, wait] of Object.entries(patience))
    if (valueAt(parseJson(text), ["approvals", "patience", client]) === undefined)
      text = put(text, ["approvals", "patience", client], wait);
  return text;
}

/** The config's text without what was added, where it still stands as it was added. */
export function reduceConfig(now: string, { servers, rules, patience }: Additions): string {
  let text = now;
  const same = (path: JSONPath, value: unknown) =>
    JSON.stringify(valueAt(parseJson(text), path)) === JSON.stringify(value);
  for (const [name, server] of Object.entries(servers))
    if (same(["mcpServers", name], server)) text = put(text, ["mcpServers", name], undefined);
  for (const rule of rules) {
    const list = valueAt(parseJson(text), ["policy", "rules"]);
    const index = Array.isArray(list)
      ? list.findIndex((item) => isRecord(item) && item.name === rule.name)
      : -1;
    if (index >= 0 && same(["policy", "rules", index], rule))
      text = put(text, ["policy", "rules", index], undefined);
  }
  for (const [client, wait] of Object.entries(patience))
    if (same(["approvals", "patience", client], wait))
      text = put(text, ["approvals", "patience", client], undefined);
  return text;
}

/** The text with one value set, added or, without a value, taken out. */
export function put(text: string, path: JSONPath, value: unknown, isArrayInsertion = false): string {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    eol: eolOf(text),
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
  };
  return applyEdits(text, modify(text, path, value, { formattingOptions, isArrayInsertion }));
}
