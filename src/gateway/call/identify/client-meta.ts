import { randomBytes } from "node:crypto";
import { foldKey, isJsonObject, type Json, type JsonObject, PreloopError, readJson } from "#base";
import { META_KEYS, META_PREFIX, members } from "#protocol";
import { type ClientProfile, envelopeFor } from "#upstreams";
import { isLogLevel } from "../../session/log-levels.ts";

/** The part of a client's `_meta` that goes on to a server. */
export interface ClientMeta {
  /** The whole of it as JSON text; undefined where nothing goes on. */
  readonly text: string | undefined;
  /** The members that may change what the server does: people see them, and an approval is bound to them. */
  readonly bound: JsonObject | undefined;
}

/**
 * Members that known extensions let a client send with a request (developers.openai.com/apps-sdk/reference): they stay
 * the same when a call is repeated.
 */
export const KNOWN_META: readonly string[] = [
  "openai/locale",
  "openai/userAgent",
  "openai/userLocation",
  "openai/subject",
  "openai/session",
];

// W3C Trace Context, version 00, which SEP-414 puts into `_meta`.
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The rules of the server's config and of policy over it. */
export interface MetaRules {
  /** True for a member that the server's config lets through. */
  readonly isLet: (key: string) => boolean;
  /** Whether the client's log level may reach the server. */
  readonly mayLog: () => boolean;
}

const NOTHING: ClientMeta = { text: undefined, bound: undefined };

/**
 * The `_meta` that a request takes along: the envelope of its era, the client's trace with a span of ours, and what
 * `isLet` or a known extension lets through. All else stays here, for no digest covers it and nobody sees it. The
 * progress token is written where the request is sent.
 */
export function metaFor(
  given: Json | undefined,
  raw: string | undefined,
  client: ClientProfile,
  { isLet, mayLog }: MetaRules,
): ClientMeta {
  if (!isJsonObject(given)) return NOTHING;
  const parts = [...envelopeParts(given, client, mayLog), ...traceParts(given.traceparent)];
  const bound = boundParts(given, raw, isLet);
  if (parts.length + bound.length === 0) return NOTHING;
  return {
    text: `{${[...parts, ...bound].join(",")}}`,
    bound: bound.length === 0 ? undefined : (readJson(`{${bound.join(",")}}`) as JsonObject),
  };
}

function envelopeParts(given: JsonObject, client: ClientProfile, mayLog: () => boolean): string[] {
  if (client.era !== "modern") return [];
  const level = given[META_KEYS.logLevel];
  const envelope = {
    ...envelopeFor(client),
    ...(isLogLevel(level) && mayLog() && { [META_KEYS.logLevel]: level }),
  };
  return Object.entries(envelope).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
}

// The server sees our span as its parent; other members of a trace are free text, and say nothing a server needs.
function traceParts(parent: Json | undefined): string[] {
  const [, trace, flags] = (typeof parent === "string" && TRACE_PARENT.exec(parent)) || [];
  if (trace === undefined) return [];
  return [`"traceparent":"00-${trace}-${randomBytes(8).toString("hex")}-${flags}"`];
}

function boundParts(
  given: JsonObject,
  raw: string | undefined,
  isLet: (key: string) => boolean,
): readonly string[] {
  const keys = Object.keys(given).filter((key) => KNOWN_META.includes(key) || (isLet(key) && !isOurs(key)));
  if (keys.length === 0 || raw === undefined) return [];
  const texts = members(raw);
  const parts = keys.sort().map((key) => `${JSON.stringify(key)}:${texts.get(key)!}`);
  if (parts.reduce((sum, part) => sum + part.length, 0) > LONGEST_BOUND)
    throw new PreloopError(
      "params_invalid",
      `Invalid params: ${keys.join(", ")} in _meta are longer than ${LONGEST_BOUND} characters`,
    );
  return parts;
}

/** All of it stands on a person's screen. */
const LONGEST_BOUND = 4_096;

/** What preloop writes by itself is nobody else's to set. */
function isOurs(key: string): boolean {
  const folded = foldKey(key);
  return OURS.includes(folded) || folded.startsWith(META_PREFIX);
}

const OURS = ["progresstoken", "traceparent", "tracestate", "baggage"];
