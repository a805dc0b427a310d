import { isJsonObject, type Json } from "#base";
import { members, namedBy } from "#protocol";
import type { Outgoing } from "../connection/transport.ts";

/** The headers in which revision 2026-07-28 repeats parts of a request, for those who do not read bodies. */
export function modernHeaders({ method, params }: Outgoing, mirrors: Mirrors): Record<string, string> {
  if (method === undefined) return {};
  const headers: Record<string, string> = { "mcp-method": method };
  const key = namedBy(method);
  const name = key === undefined ? undefined : valueIn(params, key);
  if (typeof name !== "string") return headers;
  headers["mcp-name"] = headerValue(name);
  if (method === "tools/call") Object.assign(headers, mirrors.headersOf(name, params));
  return headers;
}

/** Arguments that a server wants to see in headers as well, as its tools' schemas say (`x-mcp-header`). */
export interface Mirrors {
  /** Learns them from the value of a `tools/list` result. */
  learn(list: Json): void;
  headersOf(tool: string, params: string | undefined): Record<string, string>;
  /** Every header that the tool's arguments can be repeated in. */
  namesOf(tool: string): readonly string[];
}

interface Mirror {
  readonly header: string;
  readonly path: readonly string[];
}

/** Mirrors of one server, none known yet. */
export function createMirrors(): Mirrors {
  const byTool = new Map<string, readonly Mirror[]>();
  return {
    learn(list) {
      const tools = isJsonObject(list) && Array.isArray(list.tools) ? (list.tools as readonly Json[]) : [];
      for (const tool of tools) {
        if (!isJsonObject(tool) || typeof tool.name !== "string") continue;
        const mirrors = mirrorsIn(tool.inputSchema, []);
        if (mirrors.length > 0) byTool.set(tool.name, mirrors);
        else byTool.delete(tool.name);
      }
    },
    namesOf: (tool) => (byTool.get(tool) ?? []).map(({ header }) => header),
    headersOf(tool, params) {
      const mirrors = byTool.get(tool);
      if (!mirrors) return {};
      const args = valueIn(params, "arguments");
      const found = mirrors.map(({ header, path }) => [header, textOf(path.reduce(step, args))] as const);
      return Object.fromEntries(
        found.flatMap(([header, text]) => (text === undefined ? [] : [[header, headerValue(text)]])),
      );
    },
  };
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
const DEEPEST = 16;

function mirrorsIn(schema: Json | undefined, path: readonly string[]): Mirror[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties) || path.length === DEEPEST) return [];
  return Object.entries(schema.properties).flatMap(([key, property]) => {
    const inner = [...path, key];
    const name = isJsonObject(property) ? property["x-mcp-header"] : undefined;
    const own = typeof name === "string" && TOKEN.test(name);
    return [
      ...(own ? [{ header: `mcp-param-${name.toLowerCase()}`, path: inner }] : []),
      ...mirrorsIn(property, inner),
    ];
  });
}

function step(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value)
    ? String(value)
    : undefined;
}

function valueIn(params: string | undefined, key: string): Json | undefined {
  const raw = params === undefined ? undefined : members(params).get(key);
  return raw === undefined ? undefined : (JSON.parse(raw) as Json);
}

/** Text as a header may carry it: plain where that is safe, else in the base64 form of the specification. */
export function headerValue(text: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(text);
  if (plain && !(text.startsWith("=?base64?") && text.endsWith("?="))) return text;
  return `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
