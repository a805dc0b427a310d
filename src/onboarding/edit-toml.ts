import { applySplices, type MapEdit } from "./edit-json.ts";
import { eolOf } from "./read-file.ts";

/** A table of a TOML text: its header's keys, and where it stands. */
interface Table {
  readonly keys: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** The same for TOML: whole tables are cut out, and one is put in where the first stood. */
export function editTables(text: string, edit: MapEdit): string {
  const gone = tablesOf(text).filter(({ keys }) => belongs(keys, edit.at, edit.remove));
  const splices = gone.map(({ from, to }, index) => ({
    from,
    to,
    text: index === 0 && edit.insert ? tableText(text, edit.at, edit.insert) + gapAfter(text, from, to) : "",
  }));
  return applySplices(text, splices);
}

/** The source of each server's tables, by its name. */
export function tableSources(text: string, at: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { keys, from, to } of tablesOf(text)) {
    const name = keys[at.length];
    if (name === undefined || !belongs(keys, at, [name])) continue;
    sources.set(name, (sources.get(name) ?? "") + text.slice(from, to));
  }
  return sources;
}

/** The text with one server's tables replaced by others, given as source text. */
export function replaceTables(
  text: string,
  at: readonly string[],
  name: string,
  sources: readonly string[],
): string | undefined {
  const own = tablesOf(text).filter(({ keys }) => belongs(keys, at, [name]));
  if (own.length === 0) return undefined;
  return applySplices(
    text,
    own.map(({ from, to }, index) => ({ from, to, text: index === 0 ? joinTables(text, sources) : "" })),
  );
}

/** Tables one after the other; the last of a file may lack its line end. */
export function joinTables(text: string, sources: readonly string[]): string {
  return sources.map((source) => (source.endsWith("\n") ? source : source + eolOf(text))).join("");
}

function belongs(keys: readonly string[], at: readonly string[], names: readonly string[]): boolean {
  return at.every((key, index) => keys[index] === key) && names.includes(keys[at.length] ?? "");
}

function tableText(
  text: string,
  at: readonly string[],
  { name, value }: { readonly name: string; readonly value: unknown },
): string {
  const lines = Object.entries(value as Record<string, unknown>).map(
    ([key, item]) => `${key} = ${tomlOf(item)}`,
  );
  return [`[${[...at, name].map(keyText).join(".")}]`, ...lines].join(eolOf(text)) + eolOf(text);
}

function tomlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value); // TOML's basic strings have JSON's escapes
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${keyText(key)} = ${tomlOf(item)}`)
    .join(", ")} }`;
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

// The blank lines that parted the old table from the next part the new one as well.
function gapAfter(text: string, from: number, to: number): string {
  return /(?:(?<=\n)[ \t]*(?:\r\n|\n))*$/.exec(text.slice(from, to))?.[0] ?? "";
}

/** All tables with a header, each up to its last key and the blank lines after it: comments between tables are nobody's. */
function tablesOf(text: string): Table[] {
  const found: { keys: readonly string[]; from: number; to: number }[] = [];
  let at = 0;
  let depth = 0;
  while (at < text.length) {
    const line = lineAt(text, at);
    const from = at;
    const header = depth === 0 ? HEADER.exec(line) : null;
    if (header) {
      at += line.length;
      found.push({ keys: keysOf(header[1]!), from, to: at });
      continue;
    }
    const isContent = depth > 0 || !/^[ \t]*(#|\r?\n|$)/.test(line);
    ({ at, depth } = skipLine(text, at, depth));
    const table = found.at(-1);
    const isNext = /^[ \t]*\r?\n$/.test(line) && table?.to === from;
    if (table && (isContent || isNext)) table.to = at;
  }
  return found;
}

const HEADER = /^[ \t]*\[\[?([^\]\r\n]+)\]\]?[ \t]*(#[^\r\n]*)?(\r?\n|$)/;

function lineAt(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(at, end < 0 ? text.length : end + 1);
}

/** Reads to the end of a line, through texts of many lines, and keeps count of open lists and tables. */
function skipLine(text: string, start: number, open: number): { at: number; depth: number } {
  let at = start;
  let depth = open;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\n") return { at: at + 1, depth };
    if (character === "#") {
      at += lineAt(text, at).length;
      return { at, depth };
    }
    if (character === '"' || character === "'") {
      at = endOfString(text, at, character);
      continue;
    }
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth--;
    at++;
  }
  return { at, depth };
}

function endOfString(text: string, start: number, quote: string): number {
  const long = text.startsWith(quote.repeat(3), start);
  const close = long ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < text.length) {
    if (quote === '"' && text[at] === "\\") at += 2;
    else if (text.startsWith(close, at)) {
      at += close.length;
      while (long && text[at] === quote) at++; // up to two quotes may stand before the closing three
      return at;
    } else if (!long && text[at] === "\n") return at;
    else at++;
  }
  return at;
}

function keysOf(header: string): string[] {
  const parts = header.match(/"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+/g) ?? [];
  return parts.map((part) => {
    if (part.startsWith('"')) return JSON.parse(part) as string;
    return part.startsWith("'") ? part.slice(1, -1) : part;
  });
}
