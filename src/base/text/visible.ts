import { warningsOf } from "./visible-warnings.ts";

/** Untrusted text as one line that can neither act on a terminal nor hide anything from the reader. */
export interface Visible {
  readonly text: string;
  /** How many characters of the source a reader would not have seen. */
  readonly hidden: number;
  /** What is odd about the text, in words that are safe to show. */
  readonly warnings: readonly string[];
}

/** The same for text of many lines. */
export interface VisibleLines {
  readonly lines: readonly string[];
  readonly hidden: number;
  readonly warnings: readonly string[];
  /** Whether something was left out; the last line then says how much there is. */
  readonly cut: boolean;
}

export interface LineLimits {
  readonly maxLines?: number;
  /** Longest stretch of a source line that is shown, in characters of the source. */
  readonly maxLineLength?: number;
}

// Controls, formats, surrogates, private and unassigned (C), separators other than the plain space (Z), and what
// Unicode lets a renderer leave out: fillers, variation selectors, tags. U+2800 is a letter by law and blank by looks.
const UNSEEN = String.raw`(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u2800]`;
const BLANK = `(?: |${UNSEEN})`;
const MARK = `(?!${UNSEEN})\\p{M}`;
const MARKS_KEPT = 4;
const hiddenOne = new RegExp(UNSEEN, "gu");
const hiddenAny = new RegExp(UNSEEN, "u");
// In order: one blank over and over, many different blanks, piled-up marks, a mark with nothing to stand on, one.
const odd = new RegExp(
  `(?<same>${BLANK})\\k<same>{40,}|(?<mixed>${BLANK}{81,})|(?<marks>(?:${MARK}){${MARKS_KEPT + 1},})|^${MARK}|${UNSEEN}`,
  "gu",
);
const blankLine = new RegExp(`^${BLANK}*$`, "u");
const BLANK_LINES_KEPT = 3;

const NAMES: Readonly<Record<string, string>> = {
  " ": "spaces",
  "\n": "newlines",
  "\r": "carriage returns",
  "\t": "tabs",
};
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Untrusted text for one line of a terminal, a log or a table: whatever is invisible, moves the cursor or turns the
 * reading direction becomes a visible escape (`\x1b`, `\u{202e}`, `\n`), long blank runs become a count.
 */
export function makeVisible(text: string): Visible {
  const hidden = countHidden(text);
  return { text: show(text), hidden, warnings: warningsOf(text, hidden) };
}

/** The same for many lines: newlines part the lines, and more than a few empty ones in a row become a count. */
export function visibleLines(text: string, limits: LineLimits = {}): VisibleLines {
  const { maxLines = Number.POSITIVE_INFINITY, maxLineLength = Number.POSITIVE_INFINITY } = limits;
  const lines: string[] = [];
  let shownBytes = 0;
  let cut = false;
  for (const { source, note } of stretches(text)) {
    if (lines.length >= maxLines) {
      cut = true;
      break;
    }
    const part = note === undefined ? headOf(source, maxLineLength) : source;
    if (part.length < source.length) cut = true;
    const rest = part.length < source.length ? `⟨${count(bytesOf(source) - bytesOf(part))} more bytes⟩` : "";
    lines.push((note ?? show(part)) + rest);
    shownBytes += bytesOf(part) + (lines.length > 1 ? 1 : 0);
  }
  if (cut) lines.push(`⟨${count(bytesOf(text))} bytes, ${count(shownBytes)} shown⟩`);
  const hidden = countHidden(text);
  return { lines, hidden, warnings: warningsOf(text, hidden), cut };
}

/** Whether a text holds a character that a reader does not see: controls, line ends and blanks other than the space too. */
export function holdsUnseen(text: string): boolean {
  return hiddenAny.test(text);
}

// Tabs and the newlines of a text are layout, not hiding; so is the \r of a \r\n.
function countHidden(text: string): number {
  let hidden = 0;
  for (const { 0: found, index } of text.matchAll(hiddenOne)) {
    const layout = found === "\n" || found === "\t" || (found === "\r" && text[index + 1] === "\n");
    if (!layout) hidden++;
  }
  return hidden;
}

function show(text: string): string {
  return text.replace(odd, (found: string, same?: string, mixed?: string, marks?: string) => {
    if (same !== undefined)
      return `⟨${count([...found].length)} ${NAMES[same] ?? `times ${escapeOf(same)}`}⟩`;
    if (mixed !== undefined) return `⟨${count([...mixed].length)} blank characters⟩`;
    if (marks === undefined) return escapeOf(found);
    const kept = [...marks].slice(0, MARKS_KEPT).join("");
    return `${kept}⟨${count([...marks].length - MARKS_KEPT)} more marks⟩`;
  });
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return SHORT[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
}

interface Stretch {
  readonly source: string;
  /** Stands for the whole stretch, when it is a run of empty lines. */
  readonly note?: string;
}

// A generator, so that a limit on lines also limits the work done on a text of a million lines.
function* stretches(text: string): Generator<Stretch> {
  let blanks: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const source = text.slice(at, end);
    at = end + 1;
    if (blankLine.test(source)) blanks.push(source);
    else {
      yield* collapsed(blanks);
      blanks = [];
      yield { source };
    }
  }
  yield* collapsed(blanks);
}

function collapsed(blanks: readonly string[]): readonly Stretch[] {
  if (blanks.length <= BLANK_LINES_KEPT) return blanks.map((source) => ({ source }));
  const source = blanks.join("\n");
  const hidden = countHidden(source);
  return [
    { source, note: `⟨${count(blanks.length)} blank lines${hidden > 0 ? `, ${count(hidden)} hidden` : ""}⟩` },
  ];
}

function headOf(source: string, length: number): string {
  if (source.length <= length) return source;
  // Half of a surrogate pair would be shown as an escape that the source does not hold.
  const splits = /[\ud800-\udbff]/.test(source[length - 1] ?? "");
  return source.slice(0, splits ? length - 1 : length);
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
