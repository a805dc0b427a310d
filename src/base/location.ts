/** What a path or URL names once nothing in it is left to be resolved; `why` speaks of the text as "it". */
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

/** The parts of a path with `.`, `..` and empty ones worked out; a `..` too many is dropped where `..` stays at the root. */
export function walk(parts: readonly string[], isRooted: boolean): readonly string[] {
  const walked: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") walked.push(part);
    else if (walked.length > 0 && walked.at(-1) !== "..") walked.pop();
    else if (!isRooted) walked.push(part);
  }
  return walked;
}
