import type { Fingerprint } from "./fingerprint.ts";
import type { TextSpan } from "./named-secrets.ts";

/** What stands where a secret stood of which nothing is to be said. */
export const REDACTED = "[redacted]";

/** A secret that is to be masked, and what a mask may say of it. */
export interface Secret {
  readonly text: string;
  /** In words: `string`, `number`, or what its shape tells: `JWT`, `bearer token`, `URL password`. */
  readonly kind: string;
  /** What is odd about it; see {@link oddnessOf}. */
  readonly odd: readonly string[];
}

/**
 * What stands in the place of a secret: `[redacted JWT, 312 chars, #9f3a1c2b]`. A mask hides a value and never what
 * sort of thing it is: a payload that poses as a secret shows in what is odd about it.
 */
export function maskOf({ text, kind, odd }: Secret, fingerprint?: Fingerprint): string {
  const print = fingerprint === undefined ? "" : `, #${fingerprint(text)}`;
  const oddness = odd.length === 0 ? "" : `, odd: ${odd.join("; ")}`;
  const length = text.length === 1 ? "1 char" : `${text.length} chars`;
  return `[redacted ${kind}, ${length}${print}${oddness}]`;
}

const OPENING = "[redacted";
// As narrow as what is written above: a text that is taken for a mask is shown as it is.
const MASK =
  /\[redacted(?: [A-Za-z ]{1,40}, \d{1,12} chars?(?:, #[0-9a-f]{8})?(?:, odd: [A-Za-z ;]{1,300})?)?\]/g;
const LONGEST_MASK = 400;

/** Whether a text is nothing but a mask, of today or of the time when masks said nothing. */
export function isMask(text: string): boolean {
  const [first] = masksIn(text);
  return first !== undefined && first[0] === 0 && first[1] === text.length;
}

/** Where masks stand in a text. */
export function masksIn(text: string): readonly TextSpan[] {
  if (!text.includes(OPENING)) return [];
  return [...text.matchAll(MASK)].map(({ 0: mask, index }) => [index, index + mask.length]);
}

/** The beginning of a text, `max` characters or a few less: a mask is left whole, or out. */
export function headBetweenMasks(text: string, max: number): string {
  if (text.length <= max) return text;
  const opened = text.lastIndexOf(OPENING, max - 1);
  if (opened < 0) return text.slice(0, max);
  const [first] = masksIn(text.slice(opened, opened + LONGEST_MASK));
  return text.slice(0, first !== undefined && opened + first[1] > max ? opened : max);
}
