import type { JsonObject } from "#base";
import { META_KEYS, NEWEST_MODERN } from "#protocol";
import type { ClientProfile } from "../types.ts";

/** What every request to a modern server says of the client. */
export function envelopeFor(client: ClientProfile): JsonObject {
  return {
    [META_KEYS.protocolVersion]: NEWEST_MODERN,
    [META_KEYS.clientInfo]: presentedBy(client),
    [META_KEYS.clientCapabilities]: carriedBy(client),
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
