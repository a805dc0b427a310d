import { type Json, type JsonObject, MAX_DEPTH, SourceNumber } from "./json.ts";
import { REDACTED, redactText } from "./redact-text.ts";
import { secrecyOf } from "./secret-names.ts";

export interface RedactLimits {
  /** Roughly how many characters of the result are wanted; what is beyond is left out and marked. */
  readonly maxChars?: number;
}

/**
 * A copy of `value` with its secrets masked: what stands under a secret-looking name (`extraKeys` adds names), and
 * secrets inside strings. The copy is for eyes and records; what is sent stays the original.
 */
export function redactJson(value: Json, extraKeys: readonly string[] = [], limits: RedactLimits = {}): Json {
  const redacting: Redacting = { extraKeys, left: limits.maxChars ?? Number.POSITIVE_INFINITY, depth: 0 };
  return redact(value, redacting);
}

interface Redacting {
  readonly extraKeys: readonly string[];
  left: number;
  depth: number;
}

function redact(value: Json, work: Redacting): Json {
  work.left -= 4;
  if (typeof value === "string") return redactString(value, work);
  if (value === null || typeof value !== "object" || value instanceof SourceNumber) return value;
  if (work.depth >= MAX_DEPTH) return "[nested too deep]";
  work.depth++;
  const copy = Array.isArray(value)
    ? redactList(value as readonly Json[], work)
    : redactObject(value as JsonObject, work);
  work.depth--;
  return copy;
}

// A token may straddle the cut, so more is read than is kept.
const MARGIN = 4_096;

function redactString(text: string, work: Redacting): string {
  const wanted = Math.max(0, work.left);
  const safe = redactText(
    text.length > wanted + MARGIN ? text.slice(0, wanted + MARGIN) : text,
    work.extraKeys,
  );
  const kept = safe.length > wanted ? safe.slice(0, wanted) : safe;
  work.left -= kept.length;
  return kept.length < safe.length || text.length > wanted + MARGIN ? `${kept}…` : kept;
}

function redactList(list: readonly Json[], work: Redacting): Json[] {
  const copy: Json[] = [];
  let previous: Json | undefined;
  for (const item of list) {
    if (work.left <= 0) {
      copy.push(`… ${list.length - copy.length} more`);
      break;
    }
    // An argv: ["--token", "…"].
    const follows = typeof previous === "string" && /^--?[A-Za-z]/.test(previous) && typeof item === "string";
    const isSecret =
      follows &&
      !(item as string).startsWith("-") &&
      !(previous as string).includes("=") &&
      secrecyOf(previous as string, work.extraKeys) !== undefined;
    copy.push(isSecret ? REDACTED : redact(item, work));
    previous = item;
  }
  return copy;
}

function redactObject(object: JsonObject, work: Redacting): JsonObject {
  const members = new Map<string, Json>();
  const named = secretPairName(object, work.extraKeys);
  const keys = Object.keys(object);
  for (const key of keys) {
    if (work.left <= 0) {
      members.set("…", `${keys.length - members.size} more`);
      break;
    }
    work.left -= key.length + 4;
    const secrecy = key === "value" && named ? "always" : secrecyOf(key, work.extraKeys);
    members.set(freeName(redactText(key), members), mask(object[key]!, secrecy, work));
  }
  return Object.fromEntries(members); // defines "__proto__" as an own key, never as the prototype
}

function mask(value: Json, secrecy: ReturnType<typeof secrecyOf>, work: Redacting): Json {
  if (secrecy === undefined || value === null || typeof value === "boolean" || value === "")
    return redact(value, work);
  if (secrecy === "always" || typeof value === "string") return REDACTED;
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.map(() => REDACTED);
  return redact(value, work);
}

/** `{"name": "Authorization", "value": "…"}`, as headers and environments are often written. */
function secretPairName(object: JsonObject, extraKeys: readonly string[]): boolean {
  if (!Object.hasOwn(object, "value")) return false;
  return ["name", "key", "header"].some((member) => {
    const name = Object.hasOwn(object, member) ? object[member] : undefined;
    return typeof name === "string" && secrecyOf(name, extraKeys) !== undefined;
  });
}

// Two masked keys must not fall together: the second could be the one that matters.
function freeName(name: string, members: ReadonlyMap<string, Json>): string {
  if (!members.has(name)) return name;
  let number = members.size;
  while (members.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
