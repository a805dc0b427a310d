import type { Block, Cell } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import type { NoteWords } from "./inline-reader.ts";
import { runsOfWiki } from "./read-wiki-inline.ts";
import type { WikiToken } from "./wiki-tokens.ts";

/** A line that is a rule. */
export const RULE = /^-{4,}$/;
/** A line of a list: its signs, and its text. */
export const ITEM = /^\s*(?!-{2})([*#-]+)(?:[ \t]+(.*)|[ \t]*)$/;

/** A line that goes on with the text above. */
export function isPlainLine(token: WikiToken | undefined): boolean {
  if (token?.type !== "line") return false;
  const line = token.source.trim();
  return (
    line !== "" &&
    !/^(h[1-6]|bq)\.(\s|$)/.test(line) &&
    !RULE.test(line) &&
    !/^\|/.test(line) &&
    !ITEM.test(token.source)
  );
}

/** The runs of a text that is one line or several. */
export const lineRuns = (text: string, note: NoteWords): Cell => tidyRuns(runsOfWiki(text, note));

/** A block of code; a title cannot be said. */
export function codeBlock({ params, text }: Extract<WikiToken, { type: "code" }>, note: NoteWords): Block {
  const words = params.split("|").filter((param) => param !== "");
  const language =
    words.find((word) => !word.includes("=")) ?? words.find((word) => word.startsWith("language="))?.slice(9);
  if (words.some((word) => word.includes("=") && !word.startsWith("language=")))
    note("a code block's title", params);
  return { type: "code", ...(language && { language: language.replace(/[\s`~]+/g, "") }), text };
}
