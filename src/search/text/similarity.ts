import type { EmbeddableText } from "#model";
import { analyzeText } from "./analyze-text.ts";
import { builtinVector } from "./builtin-vector.ts";

/** How alike two texts are, from 0 to 1: the cosine of their built-in vectors, whatever else is in the store. */
export function similarity(one: EmbeddableText, other: EmbeddableText): number {
  const [left, right] = [builtinVector(analyzeText(one)), builtinVector(analyzeText(other))];
  const cosine = left.reduce((sum, value, at) => sum + value * right[at]!, 0);
  return Math.min(Math.max(cosine, 0), 1);
}
