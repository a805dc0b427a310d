import type { ReadText } from "../blocks.ts";
import { readMarkdown } from "../markdown/read-markdown.ts";
import { writeMarkdown } from "../markdown/write-markdown.ts";
import type { AdfDocument } from "./adf.ts";
import { readAdf } from "./read-adf.ts";
import { writeAdf } from "./write-adf.ts";

/** Markdown as Atlassian's document format. */
export const adfOfMarkdown = (markdown: string): AdfDocument => writeAdf(readMarkdown(markdown));

/** Atlassian's document format as Markdown, and what was lost on the way. */
export function markdownOfAdf(document: unknown): ReadText {
  const parts = readAdf(document);
  return {
    markdown: writeMarkdown(parts.flatMap(({ blocks }) => blocks)),
    losses: parts.flatMap(({ losses }) => losses),
  };
}
