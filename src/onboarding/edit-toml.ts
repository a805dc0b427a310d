import { applySplices, type MapEdit } from "./edit-json.ts";
import { eolOf } from "./read-file.ts";
import { tablesOf } from "./toml-tables.ts";

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
