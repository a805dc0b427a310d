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

/** Why a text is no JSON that preloop accepts. */
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

/**
 * Reads one JSON text strictly: duplicate keys are refused at any depth (two readers may disagree about which one
 * counts), and numbers that would change on the way through a double come back as {@link SourceNumber}.
 * @throws JsonError
 */
export function readJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new JsonError("syntax", (error as Error).message);
  }
  return isPlainJson(text) ? value : readExact(text);
}

/**
 * True when `JSON.parse`, which must have accepted the text, reads it as {@link readJson} does.
 * @throws JsonError for what readJson refuses
 */
export function isPlainJson(text: string): boolean {
  const scan = scanJson(text);
  if (scan.tooDeep) throw new JsonError("too_deep", `nested deeper than ${MAX_DEPTH} levels`);
  if (scan.duplicate !== undefined)
    throw new JsonError(
      "duplicate_key",
      `the key ${JSON.stringify(scan.duplicate)} appears twice in one object`,
    );
  return scan.exact;
}

interface Scan {
  readonly duplicate: string | undefined;
  readonly exact: boolean;
  readonly tooDeep: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** The index just past the string literal that opens at `at`. */
export function skipString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  for (;;) {
    if (end < 0) throw new JsonError("syntax", "unterminated string");
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
}

// One pass over a text that JSON.parse has accepted, so only structure is looked at.
function scanJson(text: string): Scan {
  const objects: (Set<string> | undefined)[] = [];
  let depth = 0;
  let exact = true;
  let duplicate: string | undefined;
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = skipString(text, at);
      if (expectKey) {
        const literal = text.slice(at + 1, end - 1);
        const isEscaped = literal.includes("\\");
        const key = isEscaped ? (JSON.parse(`"${literal}"`) as string) : literal;
        // JSON.parse of Node 24 takes the key "\"" for "\\" when it has seen that one before: such keys are read one by one.
        if (isEscaped) exact = false;
        const keys = objects[depth - 1]!;
        if (keys.has(key)) duplicate ??= key;
        keys.add(key);
        expectKey = false;
      }
      at = end - 1;
    } else if (code === 123 /* { */) {
      if (depth === MAX_DEPTH) return { duplicate, exact, tooDeep: true };
      objects[depth++] = new Set();
      expectKey = true;
    } else if (code === 91 /* [ */) {
      if (depth === MAX_DEPTH) return { duplicate, exact, tooDeep: true };
      objects[depth++] = undefined;
      expectKey = false;
    } else if (code === 125 || code === 93 /* } ] */) {
      depth--;
      expectKey = false;
    } else if (code === 44 /* , */) {
      expectKey = objects[depth - 1] !== undefined;
    } else if (code === 45 || (code >= 48 && code <= 57) /* - 0-9 */) {
      let end = at + 1;
      while (end < text.length && isNumberPart(text.charCodeAt(end))) end++;
      if (exact && !isExactNumber(text.slice(at, end))) exact = false;
      at = end - 1;
    }
  }
  return { duplicate, exact, tooDeep: false };
}

function isNumberPart(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45
  );
}

// Short plain integers, nearly all numbers there are, need no conversion to be known as exact.
function isExactNumber(text: string): boolean {
  if (text.length < 16 && !/[.eE]/.test(text)) return text !== "-0";
  return String(Number(text)) === text;
}

/** A small recursive reader for the rare text that holds a {@link SourceNumber}; JSON.parse has accepted it before. */
function readExact(text: string): Json {
  let at = 0;
  const space = () => {
    while (at < text.length && text.charCodeAt(at) <= 32) at++;
  };
  const string = (): string => {
    const end = skipString(text, at);
    const value = JSON.parse(text.slice(at, end)) as string;
    at = end;
    return value;
  };
  const word = (): Json => {
    const from = at;
    while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at++;
    const literal = text.slice(from, at);
    if (literal === "true" || literal === "false" || literal === "null") return JSON.parse(literal) as Json;
    return isExactNumber(literal) ? Number(literal) : new SourceNumber(literal);
  };
  const list = (): Json[] => {
    const items: Json[] = [];
    for (at++, space(); text[at] !== "]"; space()) {
      items.push(value());
      space();
      if (text[at] === ",") at++;
    }
    at++;
    return items;
  };
  const object = (): JsonObject => {
    const members: [string, Json][] = [];
    for (at++, space(); text[at] !== "}"; space()) {
      const key = string();
      space();
      at++; // the colon
      members.push([key, value()]);
      space();
      if (text[at] === ",") at++;
    }
    at++;
    return Object.fromEntries(members); // defines "__proto__" as an own key, never as the prototype
  };
  const value = (): Json => {
    space();
    const first = text[at];
    if (first === "{") return object();
    if (first === "[") return list();
    return first === '"' ? string() : word();
  };
  return value();
}

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
