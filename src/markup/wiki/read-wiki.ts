import { type Block, type Loss, PANEL_TONES, paragraphOf, plainParagraph } from "../blocks.ts";
import type { NoteWords } from "./inline-reader.ts";
import { readList } from "./read-wiki-list.ts";
import { readTable } from "./read-wiki-table.ts";
import { PANEL_TITLES } from "./wiki.ts";
import { codeBlock, ITEM, isPlainLine, lineRuns, RULE } from "./wiki-lines.ts";
import { type ReadBlocks, type WikiToken, wikiTokens } from "./wiki-tokens.ts";

/** Part of a text in wiki markup: its source, and the blocks it became. */
export interface WikiPart {
  readonly source: string;
  readonly blocks: readonly Block[];
  readonly losses: readonly Loss[];
}

/** Reads Jira's wiki markup part by part. What Markdown cannot say is noted as a loss. */
export function readWiki(text: string): WikiPart[] {
  const tokens = wikiTokens(text);
  const parts: WikiPart[] = [];
  for (let at = 0; at < tokens.length; ) {
    const losses: Loss[] = [];
    const { blocks, end } = blockAt(tokens, at, (what, words) => losses.push({ what, at: shortened(words) }));
    const source = tokens.slice(at, end).map((token) => token.source);
    if (blocks.length > 0 || losses.length > 0) parts.push({ source: source.join("\n"), blocks, losses });
    at = end;
  }
  return parts;
}

function shortened(words: string): string {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function blocksOf(tokens: readonly WikiToken[], note: NoteWords): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; ) {
    const read = blockAt(tokens, at, note);
    blocks.push(...read.blocks);
    at = read.end;
  }
  return blocks;
}

function blockAt(tokens: readonly WikiToken[], at: number, note: NoteWords): ReadBlocks {
  const token = tokens[at]!;
  if (token.type === "code") return { blocks: [codeBlock(token, note)], end: at + 1 };
  if (token.type !== "line") return macro(token, tokens, at, note);
  const line = token.source.trim();
  const end = at + 1;
  if (line === "") return { blocks: [], end };
  const heading = /^h([1-6])\.(?:\s+(.*))?$/.exec(line);
  if (heading) {
    const runs = lineRuns(heading[2] ?? "", note);
    return { blocks: runs.length === 0 ? [] : [{ type: "heading", level: Number(heading[1]), runs }], end };
  }
  const quoted = /^bq\.(?:\s+(.*))?$/.exec(line);
  if (quoted) {
    const blocks = paragraphOf(lineRuns(quoted[1] ?? "", note));
    return { blocks: blocks.length === 0 ? [] : [{ type: "quote", blocks }], end };
  }
  if (RULE.test(line)) return { blocks: [{ type: "rule" }], end };
  if (line.startsWith("|")) return readTable(tokens, at, note);
  if (ITEM.test(token.source)) return readList(tokens, at, note);
  let until = end;
  while (isPlainLine(tokens[until])) until++;
  const text = tokens.slice(at, until).map((each) => each.source);
  return { blocks: paragraphOf(lineRuns(text.join("\n"), note)), end: until };
}

type Bracket = Extract<WikiToken, { type: "open" | "close" }>;

function macro(token: Bracket, tokens: readonly WikiToken[], at: number, note: NoteWords): ReadBlocks {
  const close = tokens.findIndex(
    (each, index) => index > at && each.type === "close" && each.name === token.name,
  );
  if (token.type === "close" || close < 0) {
    note(`a macro “${token.source}” without its partner`, token.source);
    return { blocks: [plainParagraph(token.source)], end: at + 1 };
  }
  const blocks = blocksOf(tokens.slice(at + 1, close), note);
  if (token.name === "quote")
    return { blocks: blocks.length === 0 ? [] : [{ type: "quote", blocks }], end: close + 1 };
  return { blocks: [panel(token.params, blocks, note)], end: close + 1 };
}

function panel(params: string, blocks: readonly Block[], note: NoteWords): Block {
  const words = params.split("|").filter((word) => word !== "");
  if (words.some((word) => !word.startsWith("title="))) note("a panel's looks", params);
  const title =
    words
      .find((word) => word.startsWith("title="))
      ?.slice(6)
      .trim() ?? "";
  const tone = PANEL_TONES.find((each) => PANEL_TITLES[each] === title);
  return tone ? { type: "panel", tone, blocks } : { type: "expand", title, blocks };
}
