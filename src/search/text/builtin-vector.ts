import type { Space } from "#model";
import type { AnalyzedText } from "./analyze-text.ts";
import { finish, hashOf, mix } from "./hash.ts";

// In fewer places more features collide. Of four bytes each, these take most of a database page, which a vector of a
// thousand has for itself too.
const DIMENSIONS = 1536;

/** Any change of tokens, features, weights or hashes makes another space: raise the number in its id. */
export const BUILTIN_SPACE: Space = { id: `builtin/1/${DIMENSIONS}`, dimensions: DIMENSIONS };

const WORD_SEED = 0x811c9dc5;
const GRAM_SEED = 0x9747b28c;
const GRAM_WEIGHT = 0.6;
const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;
// Of a longer name no piece says anything.
const LONGEST_WORD = 40;

/**
 * The built-in vector of a text. Words and the pieces of words, title and body, are each brought to length one before
 * they are added up, so that neither a long body nor the many pieces drown the rest. `importanceOf` weighs the words of
 * a query, and their pieces, by their idf; stored vectors go without, and so never age.
 */
export function builtinVector(
  { title, body }: AnalyzedText,
  importanceOf: (term: string) => number = () => 1,
): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const terms of [title, body]) {
    addUnit(vector, wordsOf(terms, importanceOf), 1);
    addUnit(vector, piecesOf(terms, importanceOf), GRAM_WEIGHT);
  }
  return toUnit(vector);
}

type Features = ReadonlyMap<number, number>;

function wordsOf(terms: ReadonlyMap<string, number>, importanceOf: (term: string) => number): Features {
  const features = new Map<number, number>();
  for (const [term, count] of terms)
    features.set(hashOf(term, WORD_SEED), damped(count) * importanceOf(term));
  return features;
}

function piecesOf(terms: ReadonlyMap<string, number>, importanceOf: (term: string) => number): Features {
  const counts = new Map<number, number>();
  const importances = new Map<number, number>();
  for (const [term, count] of terms) {
    if (term.length > LONGEST_WORD) continue;
    const importance = importanceOf(term);
    for (const piece of new Set(hashedPieces(`<${term}>`))) {
      counts.set(piece, (counts.get(piece) ?? 0) + count);
      // A piece is at least as common as the commonest word that it is of.
      importances.set(piece, Math.min(importances.get(piece) ?? importance, importance));
    }
  }
  for (const [piece, count] of counts) counts.set(piece, damped(count) * importances.get(piece)!);
  return counts;
}

function* hashedPieces(text: string): Generator<number> {
  for (let from = 0; from + SHORTEST_GRAM <= text.length; from++) {
    let state = mix(GRAM_SEED, text, from, from + SHORTEST_GRAM - 1);
    const last = Math.min(from + LONGEST_GRAM, text.length);
    for (let to = from + SHORTEST_GRAM; to <= last; to++) {
      state = mix(state, text, to - 1, to);
      yield finish(state);
    }
  }
}

const damped = (count: number) => 1 + Math.log(count);

function addUnit(vector: Float32Array, features: Features, weight: number): void {
  let squares = 0;
  for (const value of features.values()) squares += value * value;
  if (squares === 0) return;
  const scale = weight / Math.sqrt(squares);
  // Each feature goes to two places, with signs: two that collide in one place rarely do in both.
  for (const [hash, value] of features) {
    add(vector, hash, value * scale);
    add(vector, hash >>> 16, value * scale);
  }
}

function add(vector: Float32Array, bits: number, value: number): void {
  const place = (bits >>> 1) % DIMENSIONS;
  vector[place] = vector[place]! + (bits & 1 ? value : -value);
}

function toUnit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  return vector.map((value) => value * scale);
}
