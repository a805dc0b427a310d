/** The place of the first relevant answer of each question, from 1; infinite when it is not among those looked at. */
export type Places = readonly number[];

/** A share or a mean, and half the width of its 95 % interval. */
export interface Figure {
  readonly value: number;
  readonly halfWidth: number;
}

export interface Figures {
  readonly at5: Figure;
  readonly at10: Figure;
  readonly mrr: Figure;
}

export function figuresOf(places: Places): Figures {
  return {
    at5: mean(places.map((place) => (place <= 5 ? 1 : 0))),
    at10: mean(places.map((place) => (place <= 10 ? 1 : 0))),
    mrr: mean(places.map((place) => 1 / place)),
  };
}

function mean(values: readonly number[]): Figure {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / Math.max(1, values.length - 1);
  return { value, halfWidth: 1.96 * Math.sqrt(variance / values.length) };
}
