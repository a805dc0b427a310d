/** One number of a sparse vector: which, and how much. */
export type Weights = ReadonlyMap<number, number>;

// pgvector's own bound on dimensions; the numbers of terms are spread over it.
const SPARSE_DIMENSIONS = 1_000_000_000;

/** A vector as pgvector reads it. */
export function vectorText(vector: Float32Array): string {
  let text = "[";
  // Six digits are what a float of four bytes has; more would double what is sent.
  for (let at = 0; at < vector.length; at++) text += `${at === 0 ? "" : ","}${rounded(vector[at]!)}`;
  return `${text}]`;
}

/** A sparse vector as pgvector reads it; the numbers must be in 1..1,000,000,000 and at most 16,000, as pgvector has it. */
export function sparseText(weights: Weights): string {
  const parts = [...weights]
    .sort(([a], [b]) => a - b)
    .map(([number, weight]) => `${number}:${rounded(weight)}`);
  return `{${parts.join(",")}}/${SPARSE_DIMENSIONS}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
