import { isDeeperThan, isJsonObject, type Json, type JsonObject, MAX_LEVELS, withTimeout } from "#base";
import { META_KEYS, NEWEST_LEGACY, NEWEST_MODERN, SERVER_REVISIONS } from "#protocol";
import type { UpstreamConnection } from "../connection/connection.ts";
import type { ClientProfile, Era, ServerProfile, UpstreamReply } from "../types.ts";
import { carriedBy, envelopeFor, presentedBy } from "./envelope.ts";

/** The times that a handshake waits, in milliseconds. */
export interface HandshakeTimes {
  /** For the answer to a probe, before the older way is tried as well. */
  readonly probeMs: number;
  /** For the whole handshake. */
  readonly openMs: number;
}

/** The outcome of a handshake. */
export type HandshakeOutcome =
  | { readonly kind: "open"; readonly profile: ServerProfile }
  /** The server left when it was asked something it did not know; it wants to be started and asked differently. */
  | { readonly kind: "legacy-only" }
  | { readonly kind: "refused"; readonly reason: string; readonly final: boolean };

/**
 * Gets to know a server: first in the era that is known or preferred, then in the other.
 * @throws upstream_failed when the connection ends meanwhile
 */
export async function handshake(
  connection: UpstreamConnection,
  client: ClientProfile,
  first: Era,
  times: HandshakeTimes,
): Promise<HandshakeOutcome> {
  const outcome =
    first === "legacy" ? legacyFirst(connection, client, times) : modernFirst(connection, client, times);
  return withTimeout(outcome, times.openMs, () => ({
    kind: "refused",
    reason: `did not introduce itself within ${times.openMs} ms`,
    final: false,
  }));
}

async function legacyFirst(
  connection: UpstreamConnection,
  client: ClientProfile,
  times: HandshakeTimes,
): Promise<HandshakeOutcome> {
  const answer = await initialize(connection, client);
  if (answer.kind === "result") return legacyOutcome(connection, answer.value);
  // A server of the modern era has no word for this error, so any is one.
  const probed = await withTimeout(discover(connection, client), times.probeMs, () => undefined);
  if (probed?.kind === "result") return modernOutcome(connection, probed.value);
  return refusedWith(answer.value);
}

async function modernFirst(
  connection: UpstreamConnection,
  client: ClientProfile,
  times: HandshakeTimes,
): Promise<HandshakeOutcome> {
  const probe = discover(connection, client);
  const probed = await withTimeout(probe, times.probeMs, () => undefined).catch(() => undefined);
  const ended = await withTimeout(connection.ended, 0, () => undefined);
  if (ended && !ended.unstarted) return { kind: "legacy-only" };
  if (probed?.kind === "result" && speaksModern(probed.value)) return modernOutcome(connection, probed.value);
  // Silence may be a slow start: whichever of the two questions it knows will be answered.
  const answer = await initialize(connection, client);
  if (answer.kind === "result") return legacyOutcome(connection, answer.value);
  const late = probed ?? (await withTimeout(probe, times.probeMs, () => undefined).catch(() => undefined));
  return late?.kind === "result" ? modernOutcome(connection, late.value) : refusedWith(answer.value);
}

function initialize(connection: UpstreamConnection, client: ClientProfile): Promise<UpstreamReply> {
  const params = {
    protocolVersion: NEWEST_LEGACY,
    capabilities: offered(client),
    clientInfo: presentedBy(client),
  };
  return connection.request({ method: "initialize", params: JSON.stringify(params) });
}

function discover(connection: UpstreamConnection, client: ClientProfile): Promise<UpstreamReply> {
  const params = JSON.stringify({ _meta: envelopeFor(client) });
  return connection.request({ method: "server/discover", params });
}

/** What a server may ask of this client through preloop: what the client can and preloop carries. */
function offered(client: ClientProfile): JsonObject {
  const known = carriedBy(client);
  // A modern client does not say that its roots changed, and is asked for them whenever they are needed.
  return client.era === "modern" && known.roots !== undefined ? { ...known, roots: {} } : known;
}

function legacyOutcome(connection: UpstreamConnection, value: Json): HandshakeOutcome {
  const said = isJsonObject(value) ? value : {};
  if (isDeeperThan(said, MAX_LEVELS)) return TOO_DEEP;
  const { protocolVersion, instructions } = said;
  if (typeof protocolVersion !== "string" || !SERVER_REVISIONS.includes(protocolVersion)) {
    const reason = `speaks version ${JSON.stringify(protocolVersion)} of the protocol, which preloop does not know`;
    return { kind: "refused", reason, final: true };
  }
  connection.transport.opened("legacy", protocolVersion);
  connection.notify("notifications/initialized");
  const [capabilities, serverInfo] = [objectIn(said, "capabilities"), objectIn(said, "serverInfo")];
  return {
    kind: "open",
    profile: { era: "legacy", protocolVersion, capabilities, serverInfo, ...instructionsIn(instructions) },
  };
}

function modernOutcome(connection: UpstreamConnection, value: Json): HandshakeOutcome {
  const said = isJsonObject(value) ? value : {};
  if (isDeeperThan(said, MAX_LEVELS)) return TOO_DEEP;
  connection.transport.opened("modern", NEWEST_MODERN);
  const profile: ServerProfile = {
    era: "modern",
    protocolVersion: NEWEST_MODERN,
    capabilities: objectIn(said, "capabilities"),
    serverInfo: objectIn(objectIn(said, "_meta"), META_KEYS.serverInfo),
    ...instructionsIn(said.instructions),
  };
  return { kind: "open", profile };
}

const TOO_DEEP: HandshakeOutcome = {
  kind: "refused",
  reason: `introduced itself with something nested deeper than ${MAX_LEVELS} levels`,
  final: true,
};

function speaksModern(value: Json): boolean {
  const versions = isJsonObject(value) ? value.supportedVersions : undefined;
  return Array.isArray(versions) && versions.includes(NEWEST_MODERN);
}

function instructionsIn(instructions: Json | undefined): { readonly instructions?: string } {
  return typeof instructions === "string" ? { instructions } : {};
}

function objectIn(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}

function refusedWith(error: Json): HandshakeOutcome {
  const said = isJsonObject(error) ? error.message : undefined;
  const message = typeof said === "string" ? said.slice(0, 300) : "no reason given";
  return { kind: "refused", reason: `refused to introduce itself: ${JSON.stringify(message)}`, final: false };
}
