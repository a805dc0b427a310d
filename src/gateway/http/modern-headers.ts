import type { IncomingMessage } from "node:http";
import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { claimsModern, MODERN_VERSIONS } from "../era.ts";
import { headerOf } from "./request.ts";
import type { Posted } from "./types.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/** True for a request of the modern era, well-formed or not: by its envelope, or by the revision in its header. */
export function isModern({ request, frames }: Pick<Posted, "request" | "frames">): boolean {
  const version = headerOf(request, "mcp-protocol-version") ?? "";
  if ((MODERN_VERSIONS as readonly string[]).includes(version)) return true;
  return frames.some((frame) => frame.kind === "request" && claimsModern(frame.params));
}

/**
 * Compares the headers that repeat parts of a request with the request itself (2026-07-28, basic/transports).
 * @throws header_mismatch
 */
export function checkHeaders(request: IncomingMessage, method: string, params: JsonObject): void {
  const meta = isJsonObject(params._meta) ? params._meta : {};
  const version = meta[VERSION_KEY];
  // A body without its version has a fault of its own.
  if (typeof version === "string") check(request, "MCP-Protocol-Version", version);
  check(request, "Mcp-Method", method);
  const key = NAMED[method];
  const name = key === undefined ? undefined : params[key];
  if (typeof name === "string") check(request, "Mcp-Name", name);
}

const NAMED: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

function check(request: IncomingMessage, header: string, expected: string): void {
  const said = headerOf(request, header.toLowerCase());
  if (said === undefined) throw new PreloopError("header_mismatch", `The header ${header} is missing`);
  if (decoded(said) !== expected)
    throw new PreloopError("header_mismatch", `The header ${header} is not what the message says`);
}

// Text that a header cannot carry comes in base64 (2026-07-28, basic/transports, value encoding).
function decoded(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, "base64").toString("utf8");
}
