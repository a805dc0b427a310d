import type { Span } from "./blank.ts";

/** Kind of a line of Markdown. */
export type LineKind = "blank" | "code" | "fence" | "log" | "quote" | "heading" | "todo" | "item" | "prose";

/** A line of Markdown, and its place in the text. */
export interface MarkdownLine extends Span {
  readonly text: string;
  readonly kind: LineKind;
  /** Of an item: its text without the bullet. */
  readonly item?: string;
  /** Of an item: numbered, a checkbox, or a bullet. */
  readonly marker?: "number" | "box" | "bullet";
  /** Of code and logs: whether it looks like a line of a trace or a log. */
  readonly isTrace?: boolean;
  /** Of a heading: its depth, and its words. */
  readonly level?: number;
  readonly heading?: string;
}

/** All lines of a text. */
export interface MarkdownLines {
  readonly lines: readonly MarkdownLine[];
  /** Where a fence begins that is never closed. */
  readonly openFence?: Span;
}

const FENCE = /^\s*(`{3,}|~{3,})(.*)$/;
// The rest is tried on a line without its indent. Every run of blanks in them is short: two runs side by side would
// take a hostile line apart in all possible ways.
const HEADING = /^(#{1,6})[ \t]+(\S.*)$/;
// `**Steps to reproduce:**`, `Expected:` alone on its line.
const BOLD = /^(?:\*\*|__)([^*_]{2,60})(?:\*\*|__)[ \t]{0,3}:?$/;
const LABEL = /^([A-Za-z][A-Za-z /']{2,40}):$/;
const TODO = /^(?:[-*+]|\d{1,3}[.)])?[ \t]{0,4}(?:\[[ x]\])?[ \t]{0,4}TODO\b/;
const NUMBER = /^(?:\(?\d{1,3}[.):]|step[ \t]{0,3}\d{1,3}[ \t]{0,3}[.):-]?)[ \t]+(\S.*)$/i;
const BOX = /^[-*+][ \t]{1,8}\[[ xX]\][ \t]+(\S.*)$/;
const BULLET = /^[-*+•][ \t]+(\S.*)$/;
const INDENTED = /^(?: {4}|\t)/;
const LOG = new RegExp(
  [
    "^at [\\w$.<>/\\[\\] ]{1,200}\\(.{0,300}\\)?$", // JavaScript, Java
    "^at (?:async )?\\S{1,300}:\\d+(?::\\d+)?\\)?$",
    '^File ".{1,300}", line \\d+', // Python
    "^(?:Traceback \\(most recent call last\\)|Caused by: |Exception in thread )",
    "^#\\d+ {1,4}0x[0-9a-f]+", // gdb
    "^\\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|TRACE|FATAL)\\]?[ \\t]{0,4}[:|\\]-]",
    "^\\[(?:DEBUG|INFO|WARN|WARNING|ERROR|TRACE|FATAL)\\]",
    "^[VDIWEF]/[\\w.-]{1,60} {0,4}\\( {0,6}\\d+\\)", // Android
    "^\\[?\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d", // time stamps
    "^\\[?\\d\\d:\\d\\d:\\d\\d[.,\\]]?",
    "^\\w{3} {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d ",
  ].join("|"),
);

/** Reads a text line by line, as Markdown mostly is; no line is read twice. */
export function readLines(body: string): MarkdownLines {
  const lines: MarkdownLine[] = [];
  let fence: { readonly mark: string; readonly at: Span } | undefined;
  let at = 0;
  for (const text of body.split("\n")) {
    const span = { start: at, end: at + text.length };
    at = span.end + 1;
    const mark = FENCE.exec(text);
    if (fence) {
      const closes = mark && mark[1]!.startsWith(fence.mark) && mark[2]!.trim() === "";
      lines.push({ ...span, text, kind: closes ? "fence" : "code", isTrace: !closes && isTrace(text) });
      if (closes) fence = undefined;
    } else if (mark && !(mark[1]!.startsWith("`") && mark[2]!.includes("`"))) {
      fence = { mark: mark[1]!, at: span };
      lines.push({ ...span, text, kind: "fence" });
    } else if (isUnderline(text) && lines.at(-1)?.kind === "prose") {
      const { text: heading, ...above } = lines.pop()!;
      lines.push({
        ...above,
        text: heading,
        kind: "heading",
        level: text.trim()[0] === "=" ? 1 : 2,
        heading: heading.trim(),
      });
      lines.push({ ...span, text, kind: "blank" });
    } else lines.push({ ...span, text, ...kindOf(text, lines.at(-1)) });
  }
  return fence ? { lines, openFence: fence.at } : { lines };
}

function isUnderline(text: string): boolean {
  return /^ {0,3}(?:={3,}|-{3,})$/.test(text.trimEnd());
}

function isTrace(text: string): boolean {
  return LOG.test(plainLine(text));
}

// What is longer is no line that a person wrote, and patterns need not run over it. Escapes and hard breaks, which
// converters write a lot of, say nothing about what a line is.
function plainLine(text: string): string {
  const line = text.length > 1_000 ? text.slice(0, 1_000) : text;
  const plain = line.includes("\\") ? line.replace(/\\([!-/:-@[-`{-~])/g, "$1").replace(/\\$/, "") : line;
  return plain.trim();
}

function kindOf(text: string, before: MarkdownLine | undefined): Omit<MarkdownLine, "text" | keyof Span> {
  const line = plainLine(text);
  if (line === "" && text.trim() === "") return { kind: "blank" };
  if (TODO.test(line)) return { kind: "todo" };
  if (LOG.test(line)) return { kind: "log", isTrace: true };
  const heading = INDENTED.test(text) ? null : HEADING.exec(line);
  if (heading) return { kind: "heading", level: heading[1]!.length, heading: withoutHashes(heading[2]!) };
  const label = BOLD.exec(line) ?? LABEL.exec(line);
  if (label) return { kind: "heading", level: 7, heading: label[1]!.replace(/:$/, "") };
  if (line.startsWith(">")) return { kind: "quote" };
  const box = BOX.exec(line);
  if (box) return { kind: "item", marker: "box", item: box[1]! };
  const number = NUMBER.exec(line);
  if (number) return { kind: "item", marker: "number", item: number[1]! };
  const bullet = BULLET.exec(line);
  if (bullet) return { kind: "item", marker: "bullet", item: bullet[1]! };
  const mayBeCode = before === undefined || before.kind === "blank" || before.kind === "code";
  if (mayBeCode && INDENTED.test(text)) return { kind: "code" };
  return { kind: "prose" };
}

// `## Steps ##`
function withoutHashes(heading: string): string {
  const end = heading.length - (/#{1,20}$/.exec(heading)?.[0].length ?? 0);
  return heading[end - 1] === " " ? heading.slice(0, end).trimEnd() : heading;
}
