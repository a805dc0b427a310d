import { type Block, type Cell, type Item, type TextRun, withoutBreaks } from "../blocks.ts";
import { fit, isBlank } from "../fit.ts";
import { tidyRuns } from "../runs.ts";
import { PANEL_TITLES, WIKI } from "./wiki.ts";
import { wikiLine } from "./write-wiki-inline.ts";

/** Blocks as Jira's wiki markup, the same for the same text. */
export function writeWiki(blocks: readonly Block[]): string {
  return blocksText(fit(blocks, WIKI));
}

const blocksText = (blocks: readonly Block[]): string =>
  blocks
    .map(blockText)
    .filter((text) => text !== "")
    .join("\n\n");

function blockText(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return wikiLine(block.runs);
    case "heading":
      return `h${Math.min(6, Math.max(1, block.level))}. ${wikiLine(withoutBreaks(block.runs), "heading")}`;
    case "code":
      return code(block.text, block.language);
    case "quote":
      return `{quote}\n${blocksText(block.blocks)}\n{quote}`;
    case "panel":
      return panel(PANEL_TITLES[block.tone], block.blocks);
    case "expand":
      return panel(block.title.replace(/[|{}\\]/g, " ").trim(), block.blocks);
    case "list":
      return listLines(block, "").join("\n");
    case "table":
      return table(block.header, block.rows);
    case "rule":
      return "----";
  }
}

/** Code cannot hold its own closing word; what holds both words goes line by line. */
function code(text: string, language: string | undefined): string {
  if (!/\{code/i.test(text)) {
    const named = language && /^[\w+#.-]+$/.test(language) ? `:${language}` : "";
    return `{code${named}}\n${text}\n{code}`;
  }
  if (!/\{noformat/i.test(text)) return `{noformat}\n${text}\n{noformat}`;
  const lines = text
    .split("\n")
    .map((line): TextRun => ({ type: "text", text: line, marks: { styles: ["code"] } }));
  return wikiLine(
    tidyRuns(lines.flatMap((line, at): TextRun[] => (at === 0 ? [line] : [{ type: "break" }, line]))),
  );
}

function panel(title: string, blocks: readonly Block[]): string {
  return `{panel${title ? `:title=${title}` : ""}}\n${blocksText(blocks)}\n{panel}`;
}

function listLines(list: Extract<Block, { type: "list" }>, above: string): string[] {
  const sign = above + (list.start === undefined ? "*" : "#");
  return list.items.flatMap((item) => itemLines(item, sign));
}

/** An item is a line; further paragraphs are broken lines of it, and code follows without a blank line. */
function itemLines({ blocks }: Item, sign: string): string[] {
  const [first] = blocks;
  const lead =
    first?.type === "paragraph"
      ? wikiLine(first.runs, "item")
      : first?.type === "code"
        ? code(first.text, first.language)
        : "";
  const rest = first?.type === "paragraph" || first?.type === "code" ? blocks.slice(1) : blocks;
  return [
    `${sign} ${lead}`,
    ...rest.flatMap((block) => (block.type === "list" ? listLines(block, sign) : [blockText(block)])),
  ];
}

function table(header: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const row = (cells: readonly Cell[], bar: string) =>
    `${bar}${cells.map((cell) => wikiLine(cell, "cell") || " ").join(bar)}${bar}`;
  const head = isBlank(header) && rows.length > 0 ? [] : [row(header, "||")];
  return [...head, ...rows.map((cells) => row(cells, "|"))].join("\n");
}
