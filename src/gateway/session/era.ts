import { isJsonObject, type Json, type JsonObject, PreloopError } from "#base";
import {
  isLegacyRevision,
  isModernRevision,
  META_KEYS,
  MODERN_REVISIONS,
  members,
  NEWEST_LEGACY,
  type RawReply,
  withMember,
} from "#protocol";
import type { ClientProfile } from "#upstreams";
import { refuseDeep } from "../call/refuse-deep.ts";

/** True when the request claims a modern envelope, valid or not: such a claim is checked, never ignored. */
export function claimsModern(params: JsonObject): boolean {
  return isJsonObject(params._meta) && META_KEYS.protocolVersion in params._meta;
}

/**
 * The client behind a modern request, from its envelope (2026-07-28, basic/lifecycle).
 * @throws params_invalid when a required part is missing, version_unsupported for another revision
 */
export function readEnvelope(params: JsonObject): ClientProfile {
  const meta = isJsonObject(params._meta) ? params._meta : {};
  const version = meta[META_KEYS.protocolVersion];
  if (typeof version !== "string")
    throw new PreloopError(
      "params_invalid",
      `Invalid params: _meta["${META_KEYS.protocolVersion}"] is required`,
    );
  if (!isModernRevision(version))
    throw new PreloopError("version_unsupported", `Unsupported protocol version: ${version}`, {
      data: { supported: [...MODERN_REVISIONS], requested: version },
    });
  const capabilities = meta[META_KEYS.clientCapabilities];
  if (!isJsonObject(capabilities))
    throw new PreloopError(
      "params_invalid",
      `Invalid params: _meta["${META_KEYS.clientCapabilities}"] is required`,
    );
  const info = infoOf(meta[META_KEYS.clientInfo]);
  refuseDeep({ capabilities, info });
  return { era: "modern", protocolVersion: version, capabilities, clientInfo: info };
}

/** The client behind an `initialize`; a version we do not know is answered with our newest. */
export function readInitialize(params: JsonObject): ClientProfile {
  const asked = params.protocolVersion;
  return {
    era: "legacy",
    protocolVersion: isLegacyRevision(asked) ? asked : NEWEST_LEGACY,
    capabilities: isJsonObject(params.capabilities) ? params.capabilities : {},
    clientInfo: infoOf(params.clientInfo),
  };
}

// Servers refuse a client without a name or a version, and a client may keep both to itself.
function infoOf(said: Json | undefined): JsonObject {
  return { name: "unknown", version: "0", ...(isJsonObject(said) ? said : {}) };
}

/** Methods whose results a modern client may cache, and so must carry `ttlMs` and `cacheScope`. */
const CACHEABLE = new Set([
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "server/discover",
]);

/** Adds what a modern client requires of every result and a legacy server did not say. */
export function asModernReply(method: string, reply: RawReply): RawReply {
  if (reply.kind === "error") return reply;
  const has = members(reply.text);
  let text = reply.text;
  if (!has.has("resultType")) text = withMember(text, "resultType", '"complete"');
  if (CACHEABLE.has(method)) {
    if (!has.has("ttlMs")) text = withMember(text, "ttlMs", "0");
    if (!has.has("cacheScope")) text = withMember(text, "cacheScope", '"private"');
  }
  return { kind: "result", text };
}
