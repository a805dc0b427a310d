/** Markup: texts in Markdown, in Atlassian's document format and in Jira's wiki markup, each read and written as the same blocks. Pure. */
export type { AdfDocument } from "./adf/adf.ts";
export { adfOfMarkdown, markdownOfAdf } from "./adf/convert-adf.ts";
export type { Loss, ReadText } from "./blocks.ts";
export { rewriteAdf, rewriteWiki } from "./rewrite.ts";
export { markdownOfWiki, wikiOfMarkdown } from "./wiki/convert-wiki.ts";
