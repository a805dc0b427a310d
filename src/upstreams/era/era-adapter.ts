import { isJsonObject, type Json } from "#base";
import { META_KEYS, members } from "#protocol";
import type { ClientProfile, ServerProfile, UpstreamReply, UpstreamRequest } from "../types.ts";
import { envelopeFor } from "./envelope.ts";
import { type MetaEdit, metaOf, withMeta } from "./meta.ts";
import { isNarrowed, offeredTo, type Switches } from "./offered.ts";

/** An adapter of a client's requests to the era of its server. */
export interface EraAdapter {
  /** The request as the server understands it, or the answer to one that its era has no word for. */
  translate(request: UpstreamRequest): UpstreamRequest | UpstreamReply;
  /** False for a notification that the server's era does not have. */
  knows(notification: string): boolean;
  /** Requests that bring a new server to where the one before it was. */
  replay(): readonly UpstreamRequest[];
}

/** The wishes of a client that last longer than a request, and so outlive the server's process. */
export interface Memory {
  level: string | undefined;
  readonly watched: Set<string>;
}

/** The other things an adapter needs done. */
export interface EraAdapterOptions {
  readonly memory: Memory;
  readonly switches: Switches;
  /** Sends a request of preloop's own, whose answer nobody waits for. */
  send(request: UpstreamRequest): void;
  /** The resources that a modern server shall tell about have changed. */
  watch(): void;
}

/** The adapter for a server that has just been opened. */
export function eraAdapterFor(
  profile: ServerProfile,
  client: ClientProfile,
  options: EraAdapterOptions,
): EraAdapter {
  return profile.era === "legacy" ? legacyAdapter(profile, options) : modernAdapter(client, options);
}

/** True for what {@link EraAdapter.translate} answered itself. */
export function isReply(outcome: UpstreamRequest | UpstreamReply): outcome is UpstreamReply {
  return "kind" in outcome;
}

const ENVELOPE = [
  META_KEYS.protocolVersion,
  META_KEYS.clientInfo,
  META_KEYS.clientCapabilities,
  META_KEYS.logLevel,
];
const NO_ENVELOPE: readonly MetaEdit[] = ENVELOPE.map((key) => [key, undefined]);

function legacyAdapter(profile: ServerProfile, { memory, send }: EraAdapterOptions): EraAdapter {
  const setLevel = (level: string): UpstreamRequest => ({
    method: "logging/setLevel",
    params: JSON.stringify({ level }),
  });
  return {
    knows: () => true,
    translate(request) {
      remember(memory, request);
      const meta = metaOf(request.params);
      if (meta === undefined) return request;
      // A modern client names its level with each request; a legacy session keeps one for all.
      const level = textOf(members(meta).get(META_KEYS.logLevel));
      if (level !== undefined && level !== memory.level && profile.capabilities.logging !== undefined) {
        memory.level = level;
        send(setLevel(level));
      }
      return { ...request, params: withMeta(request.params, NO_ENVELOPE) };
    },
    replay: () => [
      ...(memory.level === undefined ? [] : [setLevel(memory.level)]),
      ...[...memory.watched].map((uri) => ({
        method: "resources/subscribe",
        params: JSON.stringify({ uri }),
      })),
    ],
  };
}

const NOTHING: UpstreamReply = { kind: "result", text: "{}", value: {} };
const GONE: ReadonlySet<string> = new Set(["notifications/initialized", "notifications/roots/list_changed"]);

function modernAdapter(client: ClientProfile, { memory, switches, watch }: EraAdapterOptions): EraAdapter {
  const narrows = isNarrowed(switches);
  const envelope = Object.entries(envelopeFor(client)).map(
    ([key, value]) => [key, JSON.stringify(value)] as const,
  );
  const withEnvelope = (request: UpstreamRequest): UpstreamRequest => {
    const meta = metaOf(request.params);
    const given = meta === undefined ? undefined : members(meta);
    const edits: MetaEdit[] = envelope.filter(([key]) => !given?.has(key));
    // A modern client says with each request what it offers; the server hears no more of it than it may use.
    const said = narrows ? given?.get(META_KEYS.clientCapabilities) : undefined;
    if (said !== undefined) {
      const value = JSON.parse(said) as Json;
      edits.push([
        META_KEYS.clientCapabilities,
        JSON.stringify(isJsonObject(value) ? offeredTo(switches, value) : {}),
      ]);
    }
    if (memory.level !== undefined && !given?.has(META_KEYS.logLevel))
      edits.push([META_KEYS.logLevel, JSON.stringify(memory.level)]);
    return edits.length === 0 ? request : { ...request, params: withMeta(request.params, edits) };
  };
  return {
    knows: (notification) => !GONE.has(notification),
    translate(request) {
      remember(memory, request);
      switch (request.method) {
        case "resources/subscribe":
        case "resources/unsubscribe":
          watch();
          return NOTHING;
        case "ping":
        case "logging/setLevel":
          return NOTHING;
        default:
          return withEnvelope(request);
      }
    },
    replay: () => [],
  };
}

/** Notes what a request asks for that lasts. */
export function remember(memory: Memory, { method, params }: UpstreamRequest): void {
  if (method === "logging/setLevel") memory.level = textOf(memberOf(params, "level")) ?? memory.level;
  else if (method === "resources/subscribe" || method === "resources/unsubscribe") {
    const uri = textOf(memberOf(params, "uri"));
    if (uri === undefined) return;
    if (method === "resources/subscribe") memory.watched.add(uri);
    else memory.watched.delete(uri);
  }
}

function memberOf(params: string | undefined, key: string): string | undefined {
  return params === undefined ? undefined : members(params).get(key);
}

function textOf(raw: string | undefined): string | undefined {
  const value: Json | undefined = raw?.startsWith('"') ? (JSON.parse(raw) as Json) : undefined;
  return typeof value === "string" ? value : undefined;
}
