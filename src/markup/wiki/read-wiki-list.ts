import { type Block, type Item, paragraphOf } from "../blocks.ts";
import type { NoteWords } from "./inline-reader.ts";
import { codeBlock, ITEM, isPlainLine, lineRuns, RULE } from "./wiki-lines.ts";
import type { ReadBlocks, WikiToken } from "./wiki-tokens.ts";

/** A line of a list, with the lines and code that go on with it. */
interface ListLine {
  /** The signs of the list and of those around it: `*#`. */
  readonly signs: string;
  readonly tokens: WikiToken[];
}

/** Reads a list with those in it, and says where it ends. */
export function readList(tokens: readonly WikiToken[], at: number, note: NoteWords): ReadBlocks {
  const lines: ListLine[] = [];
  let end = at;
  for (; end < tokens.length; end++) {
    const token = tokens[end]!;
    const item = token.type === "line" ? ITEM.exec(token.source) : null;
    if (item && !RULE.test(token.source.trim()))
      lines.push({ signs: item[1]!.slice(0, 20), tokens: [{ type: "line", source: item[2] ?? "" }] });
    else if (token.type === "code" || isPlainLine(token)) lines.at(-1)!.tokens.push(token);
    else break;
  }
  return { blocks: listsOf(lines, 1, note), end };
}

/** Entries of a depth or below as lists. Where the sign changes another list begins. */
function listsOf(lines: readonly ListLine[], depth: number, note: NoteWords): Block[] {
  const lists: { isNumbered: boolean; items: Item[] }[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    const isNumbered = line.signs[depth - 1] === "#";
    let end = at + 1;
    while (end < lines.length && lines[end]!.signs.length > depth) end++;
    const isHere = line.signs.length <= depth;
    const below = lines.slice(isHere ? at + 1 : at, end);
    const item: Item = {
      blocks: [...(isHere ? itemBlocks(line.tokens, note) : []), ...listsOf(below, depth + 1, note)],
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
  let texts: string[] = [];
  const flush = () => {
    blocks.push(...paragraphOf(lineRuns(texts.join("\n"), note)));
    texts = [];
  };
  for (const token of tokens) {
    if (token.type !== "code") texts.push(token.source);
    else {
      flush();
      blocks.push(codeBlock(token, note));
    }
  }
  flush();
  return blocks;
}
