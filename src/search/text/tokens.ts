import { stem } from "./stem.ts";
import { STOP_WORDS } from "./stop-words.ts";

/** A run of characters that are read together, where it stands in its text, and the terms it is read as. */
export interface TokenRun {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly string[];
}

// One run of letters, digits and underscores, or several joined as code joins them: Ti.UI.createWindow, std::vector,
// pull-to-refresh, acme/app#7, 1.2.3.
const RUN = /[\p{L}\p{M}\p{N}_]+(?:(?:::|[.\-/#@:$])[\p{L}\p{M}\p{N}_]+)*/gu;
const JOINT = /::|[.\-/#@:$]/;
// createWindow, HTTPServer, snake_case: where a part of an identifier ends.
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+/u;
const PLAIN = /^[a-z\d]+$/;
// Scripts that put no space between words.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const FIRST_UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
// Longer names are keys and encoded files, which nobody searches for.
const LONGEST = 64;

/**
 * How often each term occurs in a text: words lower-cased and stemmed, stop words left out, identifiers as a whole and
 * in their parts.
 */
export function termsOf(text: string): Map<string, number> {
  const terms = new Map<string, number>();
  for (const { tokens } of tokenRuns(text))
    for (const token of tokens) terms.set(token, (terms.get(token) ?? 0) + 1);
  return terms;
}

/** The runs of a text that are read as terms. */
export function* tokenRuns(text: string): Generator<TokenRun> {
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const tokens = tokensOf(run.normalize("NFKC"));
    if (tokens.length > 0) yield { start: index, end: index + run.length, tokens };
  }
}

function tokensOf(run: string): string[] {
  if (PLAIN.test(run)) return wordsOf(run);
  const names = run.split(JOINT);
  const whole = names.length > 1 && run.length <= LONGEST ? [run.toLowerCase()] : [];
  return [...whole, ...names.flatMap(tokensOfName)];
}

function tokensOfName(name: string): string[] {
  if (FIRST_UNSPACED.test(name))
    return [...(name.match(UNSPACED) ?? []).flatMap(pairsOf), ...name.split(UNSPACED).flatMap(wordsOf)];
  const parts = name.split(HUMP).filter((part) => part !== "");
  const whole = parts.length > 1 && name.length <= LONGEST ? [name.toLowerCase()] : [];
  return [...whole, ...parts.flatMap(wordsOf)];
}

function wordsOf(part: string): string[] {
  const word = part.toLowerCase();
  return word.length > 1 && word.length <= LONGEST && !STOP_WORDS.has(word) ? [stem(word)] : [];
}

function pairsOf(stretch: string): string[] {
  const characters = [...stretch];
  return characters.length < 2 ? characters : characters.slice(1).map((next, at) => characters[at]! + next);
}
