import {
  isJsonObject,
  type Json,
  type JsonObject,
  locationNote,
  locationNotes,
  makeVisible,
  SourceNumber,
  visibleLines,
  writeJson,
} from "#base";
import type { Segment, StyledLine } from "./styled-line.ts";
import { escapesMarked, foldUntrusted } from "./untrusted.ts";

/** The ways to look at arguments. */
export const VIEWS = ["fields", "json", "diff", "raw"] as const;
/** View of arguments that a person can turn to. */
export type View = (typeof VIEWS)[number];

/** Arguments as rows, and what a reader should be warned of. */
export interface ArgumentLines {
  readonly lines: readonly StyledLine[];
  readonly hidden: number;
  readonly warnings: readonly string[];
}

/** Collects rows and warnings while a value is walked. */
interface Sheet {
  readonly width: number;
  readonly rows: StyledLine[];
  readonly warnings: Set<string>;
  hidden: number;
}

/** The arguments field by field: every value whole, texts of many lines as the lines they are. */
export function fieldLines(value: Json, width: number): ArgumentLines {
  const sheet: Sheet = { width, rows: [], warnings: new Set(), hidden: 0 };
  if (isJsonObject(value) && Object.keys(value).length > 0) addMembers(sheet, value, 0);
  else addValue(sheet, [], value, 0);
  return { lines: sheet.rows, ...foundIn(sheet) };
}

/** A text as rows: indented JSON, or the very source. */
export function textLines(text: string, width: number): ArgumentLines {
  const { lines, hidden, warnings } = visibleLines(text);
  return {
    lines: lines.flatMap((each) => foldUntrusted(escapesMarked(each), width, leadOf(each))),
    hidden,
    warnings,
  };
}

/** Indented JSON. Warnings come from the decoded texts, where JSON's own escapes hide nothing. */
export function jsonLines(value: Json, width: number): ArgumentLines {
  const { lines } = textLines(writeJson(value, 2), width);
  const { hidden, warnings } = fieldLines(value, width);
  const leads = locationNotes(value).map(({ at, note }) => makeVisible(`${at} ${note}`).text);
  return { lines, hidden, warnings: [...warnings, ...leads] };
}

function leadOf(text: string): number {
  return text.length - text.trimStart().length + 2;
}

// Deep values are moved in no further than this: the number in front then tells the depth.
const MOST_INDENT = 12;

function margin(depth: number): Segment {
  return depth <= MOST_INDENT
    ? { text: "  ".repeat(depth) }
    : { text: `${"  ".repeat(MOST_INDENT)}[${depth}] `, tone: "quiet" };
}

function addMembers(sheet: Sheet, object: JsonObject, depth: number): void {
  const keys = Object.keys(object);
  const names = keys.map((key) => note(sheet, key));
  const column = Math.min(14, Math.max(0, ...names.map((name) => name.length)));
  for (const [at, key] of keys.entries()) {
    const name = names[at]!;
    const gap = " ".repeat(Math.max(0, column - name.length) + 1);
    addValue(sheet, [...escapesMarked(name, "title"), { text: `:${gap}` }], object[key]!, depth);
  }
}

function addValue(sheet: Sheet, label: readonly Segment[], value: Json, depth: number): void {
  if (typeof value === "string") addText(sheet, label, value, depth);
  else if (Array.isArray(value) && value.length > 0) {
    add(sheet, [...label, { text: `list of ${value.length}`, tone: "quiet" }], depth);
    for (const item of value) addValue(sheet, [{ text: "- ", tone: "quiet" }], item as Json, depth + 1);
  } else if (isJsonObject(value) && Object.keys(value).length > 0) {
    add(sheet, [...label, { text: `object of ${Object.keys(value).length}`, tone: "quiet" }], depth);
    addMembers(sheet, value, depth + 1);
  } else add(sheet, [...label, { text: plainValue(value) }], depth);
}

function plainValue(value: Json): string {
  if (value instanceof SourceNumber) return value.text;
  return writeJson(value); // numbers, booleans, null, empty lists and objects
}

function addText(sheet: Sheet, label: readonly Segment[], text: string, depth: number): void {
  if (!text.includes("\n")) {
    add(sheet, [...label, { text: '"' }, ...escapesMarked(note(sheet, text)), { text: '"' }], depth);
    addLocation(sheet, text, depth);
    return;
  }
  const { lines, hidden, warnings } = visibleLines(text);
  sheet.hidden += hidden;
  for (const warning of warnings) sheet.warnings.add(warning);
  const count = text.split("\n").length;
  add(sheet, [...label, { text: `text of ${count.toLocaleString("en-US")} lines`, tone: "quiet" }], depth);
  const inset = margin(depth + 1);
  for (const each of lines) {
    const rows = foldUntrusted(
      [inset, { text: "│ ", tone: "quiet" }, ...escapesMarked(each)],
      sheet.width,
      inset.text.length + 2,
    );
    for (const row of rows) sheet.rows.push(row);
  }
}

/** Where a path or URL leads, under it, when it does not say so itself. */
function addLocation(sheet: Sheet, text: string, depth: number): void {
  const found = locationNote(text);
  if (found !== undefined) add(sheet, [{ text: `→ ${makeVisible(found).text}`, tone: "warn" }], depth + 1);
}

function add(sheet: Sheet, segments: readonly Segment[], depth: number): void {
  const inset = margin(depth);
  for (const row of foldUntrusted([inset, ...segments], sheet.width, inset.text.length + 2))
    sheet.rows.push(row);
}

function note(sheet: Sheet, text: string): string {
  const seen = makeVisible(text);
  sheet.hidden += seen.hidden;
  for (const warning of seen.warnings) sheet.warnings.add(warning);
  return seen.text;
}

// "3 hidden characters" of many values become one sum.
function foundIn({ hidden, warnings }: Sheet): Omit<ArgumentLines, "lines"> {
  const signs = [...warnings].filter((warning) => !/^[\d,]+ hidden characters?$/.test(warning));
  // What is said with the text's own words comes before the kinds of trick.
  const isOwn = (sign: string) => /[“→]/.test(sign);
  signs.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  const sum =
    hidden > 0 ? [`${hidden.toLocaleString("en-US")} hidden character${hidden === 1 ? "" : "s"}`] : [];
  return { hidden, warnings: [...sum, ...signs] };
}
