import { type Block, type Cell, type Item, type Loss, PANEL_TONES, plainParagraph } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import { type NoteWords, runsOfWiki } from "./read-wiki-inline.ts";
import { readTable } from "./read-wiki-table.ts";
import { PANEL_TITLES } from "./wiki.ts";
import { type WikiToken, wikiTokens } from "./wiki-tokens.ts";

/** A stretch of wiki markup, and the blocks it became. */
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

interface Read {
  readonly blocks: readonly Block[];
  /** The first token behind them. */
  readonly end: number;
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

function blockAt(tokens: readonly WikiToken[], at: number, note: NoteWords): Read {
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
    const blocks = paragraph(lineRuns(quoted[1] ?? "", note));
    return { blocks: blocks.length === 0 ? [] : [{ type: "quote", blocks }], end };
  }
  if (RULE.test(line)) return { blocks: [{ type: "rule" }], end };
  if (line.startsWith("|")) return readTable(tokens, at, note);
  if (ITEM.test(token.source)) return list(tokens, at, note);
  let until = end;
  while (isPlainLine(tokens[until])) until++;
  const text = tokens.slice(at, until).map((each) => each.source);
  return { blocks: paragraph(lineRuns(text.join("\n"), note)), end: until };
}

const RULE = /^-{4,}$/;
const ITEM = /^\s*(?!-{2})([*#-]+)(?:[ \t]+(.*)|[ \t]*)$/;

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

const lineRuns = (text: string, note: NoteWords): Cell => tidyRuns(runsOfWiki(text, note));
const paragraph = (runs: Cell): Block[] => (runs.length === 0 ? [] : [{ type: "paragraph", runs }]);

function codeBlock({ params, text }: Extract<WikiToken, { type: "code" }>, note: NoteWords): Block {
  const words = params.split("|").filter((param) => param !== "");
  const language =
    words.find((word) => !word.includes("=")) ?? words.find((word) => word.startsWith("language="))?.slice(9);
  if (words.some((word) => word.includes("=") && !word.startsWith("language=")))
    note("a code block's title", params);
  return { type: "code", ...(language && { language: language.replace(/[\s`~]+/g, "") }), text };
}

type Bracket = Extract<WikiToken, { type: "open" | "close" }>;

function macro(token: Bracket, tokens: readonly WikiToken[], at: number, note: NoteWords): Read {
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

/** A line of a list, with the lines and code that go on with it. */
interface Entry {
  /** The signs of the list and of those around it: `*#`. */
  readonly signs: string;
  readonly tokens: WikiToken[];
}

function list(tokens: readonly WikiToken[], at: number, note: NoteWords): Read {
  const entries: Entry[] = [];
  let end = at;
  for (; end < tokens.length; end++) {
    const token = tokens[end]!;
    const item = token.type === "line" ? ITEM.exec(token.source) : null;
    if (item && !RULE.test(token.source.trim()))
      entries.push({ signs: item[1]!.slice(0, 20), tokens: [{ type: "line", source: item[2] ?? "" }] });
    else if (token.type === "code" || isPlainLine(token)) entries.at(-1)!.tokens.push(token);
    else break;
  }
  return { blocks: listsOf(entries, 1, note), end };
}

/** Entries of a depth or below as lists. Where the sign changes another list begins. */
function listsOf(entries: readonly Entry[], depth: number, note: NoteWords): Block[] {
  const lists: { isNumbered: boolean; items: Item[] }[] = [];
  for (let at = 0; at < entries.length; ) {
    const entry = entries[at]!;
    const isNumbered = entry.signs[depth - 1] === "#";
    let end = at + 1;
    while (end < entries.length && entries[end]!.signs.length > depth) end++;
    const isHere = entry.signs.length <= depth;
    const below = entries.slice(isHere ? at + 1 : at, end);
    const item: Item = {
      blocks: [...(isHere ? itemBlocks(entry.tokens, note) : []), ...listsOf(below, depth + 1, note)],
    };
    const last = lists.at(-1);
    if (last?.isNumbered === isNumbered) last.items.push(item);
    else lists.push({ isNumbered, items: [item] });
    at = end;
  }
  return lists.map(
    ({ isNumbered, items }): Block => ({ type: "list", ...(isNumbered && { start: 1 }), items }),
  );
}

/** An item's lines are one paragraph; code between them parts it. */
function itemBlocks(tokens: readonly WikiToken[], note: NoteWords): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const flush = () => {
    blocks.push(...paragraph(lineRuns(lines.join("\n"), note)));
    lines = [];
  };
  for (const token of tokens) {
    if (token.type !== "code") lines.push(token.source);
    else {
      flush();
      blocks.push(codeBlock(token, note));
    }
  }
  flush();
  return blocks;
}
