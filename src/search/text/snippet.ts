import { tokenRuns } from "./tokens.ts";

/** A stretch of a text that shows why it was found. */
export interface Snippet {
  /** One line. */
  readonly text: string;
  /** Where matched words begin and end in it. */
  readonly marks: readonly (readonly [start: number, end: number])[];
  /** The sum of the weights of the terms in it. */
  readonly weight: number;
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
}

const LENGTH = 200;
// A match further down is not looked for.
const LONGEST_SEARCHED = 100_000;

/** The stretch of a text with the weightiest terms of a query in it; the beginning of the text when it has none. */
export function snippetOf(source: string, weightOf: ReadonlyMap<string, number>): Snippet {
  const text = source.slice(0, LONGEST_SEARCHED).replace(/\s+/gu, " ").trim();
  const matches = matchesIn(text, weightOf);
  const { start, weight } = bestWindow(matches, weightOf);
  const from = wordStart(text, Math.max(0, start - LENGTH / 5));
  const to = wordEnd(text, from + LENGTH);
  const lead = from > 0 ? "…" : "";
  const shift = lead.length - from;
  return {
    text: lead + text.slice(from, to) + (to < text.length ? "…" : ""),
    marks: matches
      .filter((match) => match.start >= from && match.end <= to)
      .map((match) => [match.start + shift, match.end + shift] as const),
    weight,
  };
}

/** The words of a text that a query asks for, as the text writes them. */
export function matchesIn(text: string, weightOf: ReadonlyMap<string, number>): Match[] {
  const matches: Match[] = [];
  for (const { start, end, tokens } of tokenRuns(text)) {
    const terms = tokens.filter((token) => weightOf.has(token));
    if (terms.length > 0) matches.push({ start, end, terms });
  }
  return matches;
}

// Each match is where the best window may begin; a term counts once in a window.
function bestWindow(matches: readonly Match[], weightOf: ReadonlyMap<string, number>) {
  let best = { start: 0, weight: 0 };
  for (const [first, { start }] of matches.entries()) {
    const seen = new Set<string>();
    for (let at = first; at < matches.length && matches[at]!.end <= start + (LENGTH * 4) / 5; at++)
      for (const term of matches[at]!.terms) seen.add(term);
    let weight = 0;
    for (const term of seen) weight += weightOf.get(term)!;
    if (weight > best.weight) best = { start, weight };
  }
  return best;
}

function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(" ", at);
  const start = space >= 0 && space - at < 30 ? space + 1 : at;
  return isLowSurrogate(text, start) ? start + 1 : start;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(" ", at);
  const end = at - space < 30 && space > 0 ? space : at;
  return isLowSurrogate(text, end) ? end - 1 : end;
}

function isLowSurrogate(text: string, at: number): boolean {
  return /[\udc00-\udfff]/.test(text[at] ?? "");
}
