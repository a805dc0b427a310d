import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { type Json, plainNumber, SourceNumber } from "#base";

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/**
 * A number that no CEL type holds exactly. Looking at it is an error that CEL raises by itself, since it does not
 * know the type, so a rule about it fails instead of judging a neighbour of the number that will be sent.
 */
export class InexactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * JSON as CEL sees it: integers are int (uint above 2^63), other numbers double, and objects are Maps, because a plain
 * object would let an argument called `constructor` or `__proto__` pass for the object's own.
 */
export function toCel(value: Json): unknown {
  if (typeof value === "number") return fromNumber(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof SourceNumber) return fromText(value.text);
  if (Array.isArray(value)) return value.map((item) => toCel(item as Json));
  const map = new Map<string, unknown>();
  const object = value as { readonly [key: string]: Json };
  for (const key of Object.keys(object)) map.set(key, toCel(object[key]!));
  return map;
}

function fromNumber(value: number): unknown {
  if (Number.isSafeInteger(value)) return BigInt(value);
  return fromText(String(value));
}

function fromText(text: string): unknown {
  if (/^-?\d+$/.test(text)) {
    const integer = BigInt(text);
    if (integer >= MIN_INT && integer <= MAX_INT) return integer;
    if (integer > 0n && integer <= MAX_UINT) return new UnsignedInt(integer);
  }
  const double = Number(text);
  return plainNumber(String(double)) === plainNumber(text) ? double : new InexactNumber(text);
}

/** How many values a CEL value is made of; what comparing it may cost. */
export function comparisonCostOf(value: unknown): number {
  if (typeof value === "string") return 1 + (value.length >> 6);
  if (typeof value !== "object" || value === null) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  let weight = 1;
  if (Array.isArray(value)) for (const item of value) weight += comparisonCostOf(item);
  else if (value instanceof Map) for (const item of value.values()) weight += 1 + comparisonCostOf(item);
  weights.set(value, weight);
  return weight;
}

const weights = new WeakMap<object, number>();
