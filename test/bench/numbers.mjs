/** The value below which a share of the values lies; NaN when there is none. */
export function quantile(values, share) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

/** The value in the middle. */
export const median = (values) => quantile(values, 0.5);
