/** The middle and the end of a set of numbers; a percentile is the smallest of them that so many do not pass. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** Spread of at least one number. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;
  return { median: at(0.5), p90: at(0.9), max: at(1) };
}
