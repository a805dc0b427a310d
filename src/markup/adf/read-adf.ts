import { isJsonObject } from "#base";
import { type Block, type Cell, type Item, type Loss, PANEL_TONES, plainParagraph } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import { ADF_PANEL_TYPES, type AdfNode } from "./adf.ts";
import { type Note, runsOfAdf, wordsOf } from "./read-adf-inline.ts";

const MAX_DEPTH = 60;

/** A node at the top of a document, and the blocks it became. */
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

const isNode = (node: unknown): node is AdfNode => isJsonObject(node) && typeof node.type === "string";
const childrenOf = (node: AdfNode): AdfNode[] =>
  Array.isArray(node.content) ? node.content.filter(isNode) : [];

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
      return paragraph(line());
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
      return [table(node, note)];
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
      return paragraph(runsOfAdf([{ ...node, type: "inlineCard" }], note));
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
    ? paragraph(tidyRuns(runsOfAdf(nodes, note)))
    : blocksOf(nodes, note, depth);
}

const paragraph = (runs: Cell): Block[] => (runs.length === 0 ? [] : [{ type: "paragraph", runs }]);

const textAttr = (node: AdfNode, name: string): string => {
  const value = node.attrs?.[name];
  return typeof value === "string" ? value : "";
};

function codeBlock(node: AdfNode): Block {
  const text = childrenOf(node)
    .map((child) => child.text ?? "")
    .join("");
  const language = textAttr(node, "language").replace(/[\s`~]+/g, "");
  return { type: "code", ...(language && { language }), text };
}

function panel(node: AdfNode, blocks: readonly Block[], note: Note): Block {
  const kind = textAttr(node, "panelType");
  const tone = PANEL_TONES.find((each) => ADF_PANEL_TYPES[each] === kind);
  if (tone === undefined) note(`a panel of the kind “${kind}”`, node);
  return { type: "panel", tone: tone ?? (kind === "tip" ? "TIP" : "NOTE"), blocks };
}

function media(node: AdfNode, note: Note): Block[] {
  const isExternal = textAttr(node, "type") === "external";
  const alt = textAttr(node, "alt");
  if (!isExternal) note(`an attached file “${alt || textAttr(node, "id")}”`, node);
  const url = isExternal ? textAttr(node, "url") : `attachment:${textAttr(node, "id")}`;
  return url === ""
    ? []
    : [{ type: "paragraph", runs: [{ type: "image", url, alt, marks: { styles: [] } }] }];
}

function items(node: AdfNode, note: Note, depth: number): Item[] {
  return childrenOf(node).map((item): Item => {
    const isInline = item.type === "decisionItem" || item.type === "taskItem";
    if (isInline) return { blocks: paragraph(tidyRuns(runsOfAdf(childrenOf(item), note))) };
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
        ? paragraph(tidyRuns(runsOfAdf(childrenOf(child), note)))
        : blocksOf(childrenOf(child), note, depth);
    found.push({ isDone, blocks });
  }
  return found;
}

function table(node: AdfNode, note: Note): Block {
  const rows = childrenOf(node).map(childrenOf);
  if (node.attrs?.isNumberColumnEnabled === true) note("a table's row numbers", node);
  const width = Math.max(1, ...rows.map((row) => row.length));
  const cells = rows.map((row): Cell[] => {
    const read = row.map((cell) => cellOf(cell, note));
    return [...read, ...Array.from({ length: width - row.length }, (): Cell => [])];
  });
  const [first, ...rest] = rows;
  if (rest.some((row) => row.some((cell) => cell.type === "tableHeader")))
    note("a table's header column", node);
  const hasHeader = first?.length !== 0 && first?.every((cell) => cell.type === "tableHeader") === true;
  if (!hasHeader && first?.some((cell) => cell.type === "tableHeader")) note("a table's header column", node);
  return hasHeader
    ? { type: "table", header: cells[0]!, rows: cells.slice(1) }
    : { type: "table", header: Array.from({ length: width }, (): Cell => []), rows: cells };
}

/** A cell is one line in Markdown: its paragraphs are broken lines, and anything else is its words. */
function cellOf(cell: AdfNode, note: Note): Cell {
  const { colspan, rowspan, background } = cell.attrs ?? {};
  if (Number(colspan ?? 1) > 1 || Number(rowspan ?? 1) > 1) note("merged cells", cell);
  if (background !== undefined && background !== null) note("a cell's colour", cell);
  const lines = childrenOf(cell).map((child) => {
    if (child.type === "paragraph") return runsOfAdf(childrenOf(child), note);
    note("a block in a table's cell", child);
    return [{ type: "text" as const, text: wordsOf(child, 10_000), marks: { styles: [] } }];
  });
  return tidyRuns(lines.flatMap((line, at) => (at === 0 ? line : [{ type: "break" as const }, ...line])));
}
