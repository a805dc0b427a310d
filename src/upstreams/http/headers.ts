import { isJsonObject, type Json } from "#base";
import type { Outgoing } from "../transport.ts";

/** The headers in which revision 2026-07-28 repeats parts of a request, for those who do not read bodies. */
export function modernHeaders({ method, params }: Outgoing): Record<string, string> {
  if (method === undefined) return {};
  const headers: Record<string, string> = { "mcp-method": method };
  const key = NAMED[method];
  if (key === undefined || params === undefined) return headers;
  const value = JSON.parse(params) as Json;
  const name = isJsonObject(value) ? value[key] : undefined;
  if (typeof name === "string") headers["mcp-name"] = headerValue(name);
  return headers;
}

const NAMED: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

/** Text as a header may carry it: plain where that is safe, else in the base64 form of the specification. */
export function headerValue(text: string): string {
  const plain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(text);
  if (plain && !(text.startsWith("=?base64?") && text.endsWith("?="))) return text;
  return `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
