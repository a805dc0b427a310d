/** How long a path or URL may be; what is longer is none that any system takes. */
export const LONGEST_LOCATION = 8_192;

/** Place that a path or URL names once all of it is resolved; `why` speaks of the text as "it". */
export type Location = ResolvedLocation | UnresolvableLocation;

export interface ResolvedLocation {
  readonly kind: "resolved";
  /** The text decoded, with `.` and `..` worked out, `/` between its parts, and host and drive in one spelling. */
  readonly text: string;
  /** True when it was written that way. */
  readonly isLiteral: boolean;
  /** What programs that decode less, or for another system, would take it for; without repetitions, `text` among them. */
  readonly readings: readonly string[];
}

export interface UnresolvableLocation {
  readonly kind: "unresolvable";
  readonly why: string;
}

export function unresolvable(why: string): UnresolvableLocation {
  return { kind: "unresolvable", why };
}

export function resolvedAs(literal: string, text: string, readings: readonly string[]): ResolvedLocation {
  return { kind: "resolved", text, isLiteral: literal === text, readings: [...new Set([...readings, text])] };
}

/** The parts of a path with `.`, `..` and empty ones worked out, as RFC 3986 section 5.2.4 does; a `..` too many is dropped where `..` stays at the root. */
export function removeDotSegments(parts: readonly string[], isRooted: boolean): readonly string[] {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push(part);
  }
  return kept;
}

const URL_START = /^[a-z][a-z0-9+.-]+:[\\/]{2}/i;
const PATH_START = /^(?:\.{0,2}[\\/]|~[^\s]*[\\/]|[a-z]:[\\/]|file:)/i;
const ONE_WORD = /^\S*(?:[\\/\u2215\u2044\uff0f\uff3c]|%2f|%5c)\S*$/i;

/** What a text looks like: a path, a URL, or neither of them. */
export function locationKindOf(text: string): "path" | "url" | undefined {
  if (text.length > LONGEST_LOCATION || /[\r\n]/.test(text.trim())) return undefined;
  if (URL_START.test(text)) return /^file:/i.test(text) ? "path" : "url";
  return PATH_START.test(text) || ONE_WORD.test(text) ? "path" : undefined;
}
