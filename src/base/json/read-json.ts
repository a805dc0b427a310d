import { type Json, JsonError, type JsonObject, MAX_DEPTH, SourceNumber } from "./json.ts";

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
export function scanJson(text: string): Scan {
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
