import { canonicalJson, isJsonObject, type Json, plainNumber, SourceNumber } from "#base";

/** A text that two values share exactly when JSON Schema calls them equal: numbers by value, objects whatever their order. */
export function keyOf(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return plainNumber(String(value));
  return canonicalJson(normal(value));
}

function normal(value: Json): Json {
  if (typeof value === "number") return new SourceNumber(plainNumber(String(value)));
  if (value instanceof SourceNumber) return new SourceNumber(plainNumber(value.text));
  if (Array.isArray(value)) return value.map((item) => normal(item as Json));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
}

/** How many values a value is made of; what comparing it costs. */
export function weightOf(value: Json): number {
  if (typeof value === "string") return 1 + (value.length >> 4);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weightOf(item as Json), 1);
  if (!isJsonObject(value)) return 1;
  return Object.entries(value).reduce((sum, [key, item]) => sum + 1 + (key.length >> 4) + weightOf(item), 1);
}

/** The number a JSON value is, as near as a double comes; undefined for what is no number. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof SourceNumber ? Number(value.text) : undefined;
}

/** True for a number without a fraction, however it is written: `3`, `3.0`, `1e400`. */
export function isInteger(value: Json): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return value instanceof SourceNumber && /^-?\d+(?:e\d+)?$/.test(plainNumber(value.text));
}
