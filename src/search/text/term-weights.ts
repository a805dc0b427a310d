import { type AnalyzedText, termsIn } from "./analyze-text.ts";
import { hashOf } from "./hash.ts";

/** Counts of the texts that terms occur in, by the terms' numbers, and of all texts. */
export interface Counts {
  readonly documents: number;
  readonly of: ReadonlyMap<number, number>;
}

const SEED = 0x2c1b3c6d;
const NUMBERS = 999_999_999;

/** A term as the store knows it. */
export function termNumber(term: string): number {
  return 1 + (hashOf(term, SEED) % NUMBERS);
}

const SATURATION = 1.2;
// Lengths of a usual title, body and both in terms. Fixed, so that a kept text need not be weighed anew when others come;
// the ranking hardly moves when they are off by half.
const FIELDS = [
  { name: "title", usualLength: 10, weight: 3 },
  { name: "body", usualLength: 150, weight: 1 },
] as const;
const FIELD_LENGTH_EFFECT = 0.75;
const TITLE_COUNTS = 4;
const USUAL_LENGTH = 150;
const WHOLE_WEIGHT = 2;
const MOST_TERMS = 8000;

/**
 * What a text says of each of its terms: BM25 without the idf of terms, which comes with the query. It is judged twice
 * and added up: title and body by their own lengths, and both as one text in which a title's word counts four times.
 * Each judgement alone finds less.
 */
export function documentWeights(analyzed: AnalyzedText): Map<number, number> {
  const weights = new Map<number, number>();
  const whole = new Map<string, number>();
  for (const { name, usualLength, weight } of FIELDS) {
    const length = sumOf(analyzed[name].values()) / usualLength;
    const slowness = SATURATION * (1 - FIELD_LENGTH_EFFECT + FIELD_LENGTH_EFFECT * length);
    for (const [term, count] of analyzed[name]) {
      add(weights, termNumber(term), weight * gain(count, slowness));
      whole.set(term, (whole.get(term) ?? 0) + (name === "title" ? TITLE_COUNTS * count : count));
    }
  }
  const slowness = (SATURATION * sumOf(whole.values())) / USUAL_LENGTH;
  for (const [term, count] of whole) add(weights, termNumber(term), WHOLE_WEIGHT * gain(count, slowness));
  return heaviest(weights, MOST_TERMS);
}

const gain = (count: number, slowness: number) => (count * (SATURATION + 1)) / (count + slowness);

/** What a query asks of each of its terms; title and body have the same say, however long they are. */
export function queryWeights(analyzed: AnalyzedText, counts: Counts): Map<number, number> {
  const weights = new Map<number, number>();
  for (const { name } of FIELDS) {
    const field = new Map<number, number>();
    for (const [term, count] of analyzed[name]) {
      const number = termNumber(term);
      add(field, number, (1 + Math.log(count)) * idf(counts, number));
    }
    const length = Math.sqrt(sumOf([...field.values()].map((value) => value * value))) || 1;
    for (const [number, value] of field) if (counts.of.has(number)) add(weights, number, value / length);
  }
  return heaviest(weights, MOST_ASKED);
}

/** How much a term tells texts apart: BM25's inverse document frequency. */
export function idf({ documents, of }: Counts, number: number): number {
  const count = Math.min(of.get(number) ?? 0, documents);
  return Math.log(1 + (documents - count + 0.5) / (count + 0.5));
}

/** How much a term of a query weighs in its vector: a common one less, and never nothing, as vectors do not saturate. */
export function smoothIdf({ documents, of }: Counts, number: number): number {
  const count = Math.min(of.get(number) ?? 0, documents);
  return 1 + Math.log((documents + 1) / (count + 1));
}

/** The numbers of a text's terms, of a very long one those that occur first. */
export function numbersOf(analyzed: AnalyzedText): number[] {
  return termsIn(analyzed).slice(0, MOST_LOOKED_UP).map(termNumber);
}

// A query as long as a book asks for its rarest words.
const MOST_ASKED = 1000;
const MOST_LOOKED_UP = 20_000;
const MOST_CANDIDATES = 20_000;

/**
 * The terms of which a text must have one to be looked at: the rarest, as many as bring some ten thousand texts to look
 * at. Undefined when looking at all texts costs no more.
 */
export function rarestTerms(weights: ReadonlyMap<number, number>, counts: Counts): number[] | undefined {
  const asked = [...weights.keys()].map((number) => ({ number, count: counts.of.get(number) ?? 0 }));
  const rare: number[] = [];
  let candidates = 0;
  for (const { number, count } of asked.sort((a, b) => a.count - b.count)) {
    if (rare.length > 0 && candidates + count > MOST_CANDIDATES) break;
    rare.push(number);
    candidates += count;
  }
  const isAll = rare.length === asked.length;
  const isWorthIt = candidates < counts.documents / 3 && (isAll || counts.documents > MOST_CANDIDATES);
  return isWorthIt ? rare : undefined;
}

function heaviest(weights: Map<number, number>, most: number): Map<number, number> {
  if (weights.size <= most) return weights;
  return new Map([...weights].sort(([, a], [, b]) => b - a).slice(0, most));
}

function add(to: Map<number, number>, number: number, value: number): void {
  to.set(number, (to.get(number) ?? 0) + value);
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
