import { type Json, type JsonObject, MAX_DEPTH, SourceNumber, writeJson } from "../json/json.ts";
import {
  NO_SECRET,
  type SecretContext,
  secretContextAfter,
  secretContextUnder,
  secretPairName,
} from "./context.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { headBetweenMasks, maskOf } from "./mask.ts";
import { oddnessOf, type SecretCandidate } from "./odd-secret.ts";
import { secretPieces } from "./pieces.ts";
import { replaceSecrets } from "./redact-text.ts";
import { secretsIn } from "./secrets-in-text.ts";

/** Settings for masking secrets: further names that hold some, and what tells one secret from another. */
export interface Masking {
  readonly names?: readonly string[];
  /** Left out where no key is at hand: an unkeyed one could be guessed at. */
  readonly fingerprint?: Fingerprint;
}

export interface RedactLimits {
  /** Roughly how many characters of the result are wanted; what is beyond is left out and marked. */
  readonly maxChars?: number;
}

/** A value whose secrets are masked, and why some of them are odd for secrets, without repetition. */
export interface Redacted {
  readonly value: Json;
  readonly odd: readonly string[];
}

/**
 * A copy of `value` with its secrets masked: strings and numbers under a secret's name, and secrets inside other
 * strings. Lists, objects and their keys stay. The copy is for eyes and records; what is sent stays the original.
 */
export function redactJson(value: Json, masking: Masking = {}, limits: RedactLimits = {}): Json {
  return redactAll(value, masking, limits).value;
}

/** The same, with what is odd about what was masked. */
export function redactAll(
  value: Json,
  { names = [], fingerprint }: Masking = {},
  { maxChars = Number.POSITIVE_INFINITY }: RedactLimits = {},
): Redacted {
  const found = new Set<string>();
  const mask = (secret: SecretCandidate): string => {
    const odd = oddnessOf(secret);
    for (const reason of odd) found.add(reason);
    return maskOf({ ...secret, odd }, fingerprint);
  };
  const copy = redact(value, NO_SECRET, { names, mask, left: maxChars, depth: 0 });
  return { value: copy, odd: [...found] };
}

interface Redacting {
  readonly names: readonly string[];
  readonly mask: (secret: SecretCandidate) => string;
  left: number;
  depth: number;
}

function redact(value: Json, context: SecretContext, work: Redacting): Json {
  work.left -= 4;
  if (typeof value === "string")
    return context.secrecy === undefined ? redactString(value, work) : redactNamed(value, context, work);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" || value instanceof SourceNumber)
    return context.secrecy === "always" ? redactNumber(value, context, work) : value;
  if (work.depth >= MAX_DEPTH) return "[nested too deep]";
  work.depth++;
  const copy = Array.isArray(value)
    ? redactList(value as readonly Json[], context, work)
    : redactObject(value as JsonObject, context, work);
  work.depth--;
  return copy;
}

// A token may straddle the cut, so more is read than is kept.
const MARGIN = 4_096;

function redactString(text: string, work: Redacting): string {
  const wanted = Math.max(0, work.left);
  const isLong = text.length > wanted + MARGIN;
  const read = isLong ? text.slice(0, wanted + MARGIN) : text;
  const safe = replaceSecrets(read, secretsIn(read, work.names), (secret, kind) =>
    work.mask({ text: secret, kind }),
  );
  const kept = headBetweenMasks(safe, wanted);
  work.left -= kept.length;
  return kept.length < safe.length || isLong ? `${kept}…` : kept;
}

/** A string under a secret's name. What it is made of stays to be seen: a header's scheme, the keys of a JSON text. */
function redactNamed(text: string, context: SecretContext, work: Redacting): string {
  const pieces = secretPieces(text, context.name);
  if (pieces.kind === "json") return writeJson(redact(pieces.value, context, work));
  const safe = replaceSecrets(text, pieces.spans, (secret, kind) =>
    work.mask({ text: secret, kind, ...underOf(context) }),
  );
  work.left -= safe.length;
  return safe;
}

function redactNumber(value: number | SourceNumber, context: SecretContext, work: Redacting): string {
  const text = value instanceof SourceNumber ? value.text : String(value);
  return work.mask({ text, kind: "number", ...underOf(context) });
}

function underOf({ name, isOwn }: SecretContext): Pick<SecretCandidate, "under"> {
  return isOwn ? {} : { under: name };
}

function redactList(list: readonly Json[], context: SecretContext, work: Redacting): Json[] {
  const copy: Json[] = [];
  let previous: Json | undefined;
  for (const item of list) {
    if (work.left <= 0) {
      copy.push(`… ${list.length - copy.length} more`);
      break;
    }
    copy.push(redact(item, secretContextAfter(previous, item, work.names) ?? context, work));
    previous = item;
  }
  return copy;
}

function redactObject(object: JsonObject, context: SecretContext, work: Redacting): JsonObject {
  const members = new Map<string, Json>();
  const pair = secretPairName(object, work.names);
  const keys = Object.keys(object);
  for (const key of keys) {
    if (work.left <= 0) {
      members.set("…", `${keys.length - members.size} more`);
      break;
    }
    work.left -= key.length + 4;
    const safe = replaceSecrets(key, secretsIn(key), (text, kind) => work.mask({ text, kind }));
    const named = secretContextUnder(key === "value" && pair !== undefined ? pair : key, context, work.names);
    members.set(freeName(safe, members), redact(object[key]!, named, work));
  }
  return Object.fromEntries(members); // defines "__proto__" as an own key, never as the prototype
}

// Two masked keys must not fall together: the second could be the one that matters.
function freeName(name: string, members: ReadonlyMap<string, Json>): string {
  if (!members.has(name)) return name;
  let number = members.size;
  while (members.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
