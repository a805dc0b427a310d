import { hash } from "node:crypto";

/**
 * A number whose source text a double cannot reproduce (`12345678901234567890`, `1.0`, `1e400`). It keeps the text,
 * so that what is judged, shown, hashed and sent stays one value.
 */
export class SourceNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | number | string | SourceNumber | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** Reason why a text is no JSON that preloop accepts. */
export type JsonFault = "syntax" | "duplicate_key" | "too_deep";

export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly fault: JsonFault;
  constructor(fault: JsonFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Deeper nesting is refused: recursion over it, here or in a server behind us, could end a process. */
export const MAX_DEPTH = 512;

/** Writes a value as JSON, a {@link SourceNumber} as its source text. With `indent`, for people. */
export function writeJson(value: Json, indent = 0): string {
  return write(value, { indent, sort: false }, "");
}

/**
 * The canonical form of RFC 8785 (JCS): keys sorted by UTF-16 code units, no spaces, ECMAScript numbers. A
 * {@link SourceNumber} keeps its text, which JCS has no word for: equal digests then mean equal source.
 */
export function canonicalJson(value: Json): string {
  return write(value, { indent: 0, sort: true }, "");
}

interface Writing {
  readonly indent: number;
  readonly sort: boolean;
}

function write(value: Json, how: Writing, margin: string): string {
  if (value instanceof SourceNumber) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = margin + " ".repeat(how.indent);
  const [open, gap, close] = how.indent > 0 ? [`\n${inner}`, ": ", `\n${margin}`] : ["", ":", ""];
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${open}${value.map((item) => write(item as Json, how, inner)).join(`,${open}`)}${close}]`;
  }
  const object = value as JsonObject;
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  if (how.sort) keys.sort();
  if (keys.length === 0) return "{}";
  const members = keys.map((key) => `${JSON.stringify(key)}${gap}${write(object[key]!, how, inner)}`);
  return `{${open}${members.join(`,${open}`)}${close}}`;
}

/** SHA-256 over the canonical form, in hex: what an approval binds to. */
export function digestOf(value: Json): string {
  return sha256(canonicalJson(value));
}

export function sha256(text: string | Uint8Array): string {
  return hash("sha256", text, "hex");
}

/** True for a JSON object: not null, not a list, not a {@link SourceNumber}. */
export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SourceNumber)
  );
}
