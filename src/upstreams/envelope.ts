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
    [META.clientCapabilities]: client.era === "modern" ? client.capabilities : carriedBy(client),
  };
}

const CARRIED = ["sampling", "elicitation", "roots", "experimental", "extensions"] as const;

/** What a client can and preloop carries between the eras. */
export function carriedBy({ capabilities }: ClientFace): JsonObject {
  const known = CARRIED.filter((name) => capabilities[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, capabilities[name]!]));
}
