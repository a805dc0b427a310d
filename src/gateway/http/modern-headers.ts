import type { IncomingMessage } from "node:http";
import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { isModernRevision, META_KEYS, namedBy } from "#protocol";
import { createMirrors, type Mirrors } from "#upstreams";
import { claimsModern } from "../session/era.ts";
import { headerOf } from "./request.ts";
import type { Posted } from "./types.ts";

/** True for a request of the modern era, well-formed or not: by its envelope, or by the revision in its header. */
export function isModern({ request, frames }: Pick<Posted, "request" | "frames">): boolean {
  const version = headerOf(request, "mcp-protocol-version") ?? "";
  if (isModernRevision(version)) return true;
  return frames.some((frame) => frame.kind === "request" && claimsModern(frame.params));
}

/**
 * Compares the headers that repeat parts of a request with the request itself (2026-07-28, basic/transports).
 * @throws header_mismatch
 */
export function checkHeaders(request: IncomingMessage, method: string, params: JsonObject): void {
  const meta = isJsonObject(params._meta) ? params._meta : {};
  const version = meta[META_KEYS.protocolVersion];
  // A body without its version has a fault of its own.
  if (typeof version === "string") check(request, "MCP-Protocol-Version", version);
  check(request, "Mcp-Method", method);
  const key = namedBy(method);
  const name = key === undefined ? undefined : params[key];
  if (typeof name === "string") check(request, "Mcp-Name", name);
}

/** A check of the headers that tools want some of their arguments repeated in. */
export interface MirrorCheck {
  /** Compares them with the arguments themselves; params as JSON text. @throws header_mismatch */
  check(request: IncomingMessage, params: string, tool: JsonObject): void;
}

/** A check that reads each tool's schema once. */
export function createMirrorCheck(): MirrorCheck {
  const known = new WeakMap<JsonObject, Mirrors>();
  return {
    check(request, params, tool) {
      let mirrors = known.get(tool);
      if (!mirrors) {
        mirrors = createMirrors();
        mirrors.learn({ tools: [tool] });
        known.set(tool, mirrors);
      }
      const name = String(tool.name);
      const expected = mirrors.headersOf(name, params);
      for (const header of mirrors.namesOf(name)) {
        const value = expected[header];
        if (value !== undefined) check(request, header, decoded(value) ?? value);
        else if (headerOf(request, header) !== undefined)
          throw new PreloopError(
            "header_mismatch",
            `The header ${header} repeats an argument that is not there`,
          );
      }
    },
  };
}

function check(request: IncomingMessage, header: string, expected: string): void {
  const said = headerOf(request, header.toLowerCase());
  if (said === undefined) throw new PreloopError("header_mismatch", `The header ${header} is missing`);
  if (decoded(said) !== expected)
    throw new PreloopError("header_mismatch", `The header ${header} is not what the message says`);
}

// Text that a header cannot carry comes in base64 (2026-07-28, basic/transports, value encoding); undefined when that is
// no base64 by the letter, which Node would read all the same.
function decoded(value: string): string | undefined {
  if (!value.startsWith("=?base64?") || !value.endsWith("?=")) return value;
  const encoded = value.slice("=?base64?".length, -"?=".length);
  const bytes = Buffer.from(encoded, "base64");
  return bytes.toString("base64") === encoded ? bytes.toString("utf8") : undefined;
}
