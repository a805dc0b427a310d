import type { JsonObject } from "#base";
import type { ClientFace } from "./types.ts";

/** The modern revision that preloop speaks. */
export const MODERN_VERSION = "2026-07-28";

const PREFIX = "io.modelcontextprotocol/";

/** Names that the modern era keeps in `_meta`. */
export const META = {
  protocolVersion: `${PREFIX}protocolVersion`,
  clientInfo: `${PREFIX}clientInfo`,
  clientCapabilities: `${PREFIX}clientCapabilities`,
  serverInfo: `${PREFIX}serverInfo`,
  logLevel: `${PREFIX}logLevel`,
  subscriptionId: `${PREFIX}subscriptionId`,
} as const;

/** What every request to a modern server says of the client. */
export function envelopeFor(client: ClientFace): JsonObject {
  return {
    [META.protocolVersion]: MODERN_VERSION,
    [META.clientInfo]: client.clientInfo,
    // A legacy client is asked by requests, into which multi-round-trip results are not yet translated.
    [META.clientCapabilities]: client.era === "modern" ? client.capabilities : {},
  };
}
