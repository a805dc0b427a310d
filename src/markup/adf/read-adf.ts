import { isJsonObject } from "#base";
import { type Block, type Item, type Loss, paragraphOf, plainParagraph } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import { type AdfNode, childrenOf, isNode, textAttr } from "./adf.ts";
import { type Note, runsOfAdf, wordsOf } from "./read-adf-inline.ts";
import { codeBlock, media, panel } from "./read-adf-leaf.ts";
import { readTable } from "./read-adf-table.ts";

const MAX_DEPTH = 60;

/** Part of a document: a node at its top, and the blocks it became. */
export interface AdfPart {
  readonly node: AdfNode;
  readonly blocks: readonly Block[];
  readonly losses: readonly Loss[];
}

/** Reads a document of the Atlassian Document Format part by part. What Markdown cannot say is noted as a loss. */
export function readAdf(document: unknown): AdfPart[] {
  const nodes = isJsonObject(document) && Array.isArray(document.content) ? document.content : [];
  return nodes.filter(isNode).map((node) => {
    const losses: Loss[] = [];
    const blocks = blocksOf([node], (what, at) => losses.push({ what, at: wordsOf(at) }), 0);
    return { node, blocks, losses };
  });
}

function blocksOf(nodes: readonly AdfNode[], note: Note, depth: number): Block[] {
  return nodes.flatMap((node) => {
    if (depth > MAX_DEPTH) {
      note("very deep nesting", node);
      return [plainParagraph(wordsOf(node, 10_000))];
    }
    noteStyles(node, note);
    return blockOf(node, note, depth + 1);
  });
}

/** Looks of a whole block. Widths and layouts are the editor's own doing and no loss. */
function noteStyles(node: AdfNode, note: Note): void {
  for (const { type } of node.marks ?? [])
    if (type === "alignment" || type === "indentation" || type === "fontSize") note(`its ${type}`, node);
}

function blockOf(node: AdfNode, note: Note, depth: number): Block[] {
  const inner = () => blocksOf(childrenOf(node), note, depth);
  const line = () => tidyRuns(runsOfAdf(childrenOf(node), note));
  switch (node.type) {
    case "paragraph":
      return paragraphOf(line());
    case "heading":
      return [{ type: "heading", level: Number(node.attrs?.level) || 1, runs: line() }];
    case "codeBlock":
      return [codeBlock(node)];
    case "blockquote":
      return [{ type: "quote", blocks: inner() }];
    case "panel":
      return [panel(node, inner(), note)];
    case "expand":
    case "nestedExpand":
      return [{ type: "expand", title: textAttr(node, "title"), blocks: inner() }];
    case "bulletList":
      return [{ type: "list", items: items(node, note, depth) }];
    case "orderedList":
      return [{ type: "list", start: Number(node.attrs?.order ?? 1) || 0, items: items(node, note, depth) }];
    case "taskList":
      return [{ type: "list", items: tasks(node, note, depth) }];
    case "table":
      return [readTable(node, note)];
    case "rule":
      return [{ type: "rule" }];
    default:
      return rarer(node, note, depth);
  }
}

/** Blocks that Markdown knows nothing of. */
function rarer(node: AdfNode, note: Note, depth: number): Block[] {
  const children = childrenOf(node);
  switch (node.type) {
    case "mediaSingle":
    case "mediaGroup":
      return children.flatMap((child) =>
        child.type === "caption"
          ? blocksOf([{ ...child, type: "paragraph" }], note, depth)
          : media(child, note),
      );
    case "blockCard":
    case "embedCard": {
      note("a card", node);
      return paragraphOf(runsOfAdf([{ ...node, type: "inlineCard" }], note));
    }
    case "decisionList":
      note("a decision", node);
      return [{ type: "list", items: items(node, note, depth) }];
    case "layoutSection":
      note("columns", node);
      return children.flatMap((column) => blocksOf(childrenOf(column), note, depth));
    case "listItem":
    case "decisionItem":
    case "taskItem":
      return [{ type: "list", items: items({ ...node, content: [node] }, note, depth) }];
    default: {
      const name = [node.type, textAttr(node, "extensionKey")].filter(Boolean).join(" ");
      note(`a block “${name}”`, node);
      const marker = plainParagraph(`[unsupported: ${name}]`);
      const words = textAttr(node, "text") || (node.text ?? "");
      return [marker, ...(words ? [plainParagraph(words)] : []), ...inlineOrBlocks(children, note, depth)];
    }
  }
}

const INLINE = new Set([
  "text",
  "hardBreak",
  "mention",
  "emoji",
  "date",
  "status",
  "inlineCard",
  "mediaInline",
]);

/** An unknown node may hold lines or blocks. */
function inlineOrBlocks(nodes: readonly AdfNode[], note: Note, depth: number): Block[] {
  return nodes.some((node) => INLINE.has(node.type))
    ? paragraphOf(tidyRuns(runsOfAdf(nodes, note)))
    : blocksOf(nodes, note, depth);
}

function items(node: AdfNode, note: Note, depth: number): Item[] {
  return childrenOf(node).map((item): Item => {
    const isInline = item.type === "decisionItem" || item.type === "taskItem";
    if (isInline) return { blocks: paragraphOf(tidyRuns(runsOfAdf(childrenOf(item), note))) };
    return {
      blocks:
        item.type === "listItem" ? blocksOf(childrenOf(item), note, depth) : blocksOf([item], note, depth),
    };
  });
}

function tasks(node: AdfNode, note: Note, depth: number): Item[] {
  const found: Item[] = [];
  for (const child of childrenOf(node)) {
    const last = found.at(-1);
    if (child.type === "taskList") {
      const below: Block = { type: "list", items: tasks(child, note, depth) };
      if (last) found[found.length - 1] = { ...last, blocks: [...last.blocks, below] };
      else found.push(...below.items);
      continue;
    }
    const isDone = textAttr(child, "state") === "DONE";
    const blocks =
      child.type === "taskItem"
        ? paragraphOf(tidyRuns(runsOfAdf(childrenOf(child), note)))
        : blocksOf(childrenOf(child), note, depth);
    found.push({ isDone, blocks });
  }
  return found;
}
