import { runsOf } from "../checks/sections.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";

/** A title without what says nothing: blanks around and in between, rows of exclamation marks, cries for help. */
export function tidyTitle(title: string): string {
  const words = title.trim().replace(/\s+/g, " ");
  let end = words.length;
  while (end > 0 && " !?.".includes(words[end - 1]!)) end--;
  const tail = words.slice(end);
  const kept = words.slice(0, end) + (tail.includes("!") ? "" : tail.replace(/\?+/, "?"));
  // A cry is set apart by a sign: "Help page is empty" is about the help page.
  return kept.replace(/^\W{0,2}(?:urgent|asap|help)\s?[!:,–—-][\s!:,–—-]*/i, "") || title;
}

/** A text to put into another one. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

export function insertAll(text: string, insertions: readonly Insertion[]): string {
  let out = "";
  let from = 0;
  // Of two at one place the first stays first.
  for (const { at, text: piece } of insertions.toSorted((a, b) => a.at - b.at)) {
    out += text.slice(from, at) + piece;
    from = at;
  }
  return out + text.slice(from);
}

const MIN_LOG_LINES = 3;

/** The body with a block around each log, and with its last block closed; every line of it stays as it is. */
export function tidyBody({ lines, openFence, body }: ParsedIssue, raw: string): string {
  const insertions: Insertion[] = [];
  for (const run of runsOf(lines, ({ kind }) => kind === "log")) {
    if (run.length < MIN_LOG_LINES) continue;
    insertions.push({ at: run[0]!.start, text: "```\n" }, { at: run.at(-1)!.end, text: "\n```" });
  }
  if (openFence) {
    const mark = /(`{3,}|~{3,})/.exec(body.slice(openFence.start, openFence.end))?.[1] ?? "```";
    insertions.push({ at: raw.length, text: raw.endsWith("\n") ? mark : `\n${mark}` });
  }
  return insertAll(raw, insertions);
}
