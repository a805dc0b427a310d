import type { JsonObject } from "#base";
import type { ClientProfile } from "./types.ts";

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
export function envelopeFor(client: ClientProfile): JsonObject {
  return {
    [META.protocolVersion]: MODERN_VERSION,
    [META.clientInfo]: presentedBy(client),
    [META.clientCapabilities]: carriedBy(client),
  };
}

const PRESENTED = ["name", "title", "version", "description", "websiteUrl"] as const;

/** What a client says of itself, in the protocol's own members (Implementation in schema.ts); icons are for people. */
export function presentedBy({ clientInfo }: ClientProfile): JsonObject {
  const known = PRESENTED.filter((name) => typeof clientInfo[name] === "string");
  return Object.fromEntries(known.map((name) => [name, clientInfo[name]!]));
}

const CARRIED = ["sampling", "elicitation", "roots", "experimental", "extensions"] as const;

/** What a client can and preloop carries between the eras. */
export function carriedBy({ capabilities }: ClientProfile): JsonObject {
  const known = CARRIED.filter((name) => capabilities[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, capabilities[name]!]));
}
