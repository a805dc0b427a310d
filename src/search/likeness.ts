import type { EmbeddableText } from "#model";
import { builtinVector } from "./builtin-vector.ts";
import { readText } from "./reading.ts";

/** How alike two texts are, from 0 to 1: the cosine of their built-in vectors, whatever else is in the store. */
export function likeness(one: EmbeddableText, other: EmbeddableText): number {
  const [left, right] = [builtinVector(readText(one)), builtinVector(readText(other))];
  const cosine = left.reduce((sum, value, at) => sum + value * right[at]!, 0);
  return Math.min(Math.max(cosine, 0), 1);
}
