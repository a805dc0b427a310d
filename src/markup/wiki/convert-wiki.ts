import type { ReadText } from "../blocks.ts";
import { readMarkdown } from "../markdown/read-markdown.ts";
import { writeMarkdown } from "../markdown/write-markdown.ts";
import { readWiki } from "./read-wiki.ts";
import { writeWiki } from "./write-wiki.ts";

/** Markdown as Jira's wiki markup. */
export const wikiOfMarkdown = (markdown: string): string => writeWiki(readMarkdown(markdown));

/** Jira's wiki markup as Markdown, and what was lost on the way. */
export function markdownOfWiki(wiki: string): ReadText {
  const parts = readWiki(wiki);
  return {
    markdown: writeMarkdown(parts.flatMap(({ blocks }) => blocks)),
    losses: parts.flatMap(({ losses }) => losses),
  };
}
