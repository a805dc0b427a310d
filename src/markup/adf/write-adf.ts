import type { Block, Cell, Item } from "../blocks.ts";
import { fit, isBlank } from "../fit.ts";
import { ADF, ADF_PANEL_TYPES, type AdfDocument, type AdfNode } from "./adf.ts";
import { inlineNodes } from "./write-adf-inline.ts";

/** Blocks as Atlassian's document format: valid for its schema, and the same for the same text. */
export function writeAdf(blocks: readonly Block[]): AdfDocument {
  return { version: 1, type: "doc", content: adfNodes(blocks) };
}

/** The same as the bare nodes, to stand among others. Ids of tasks count from `firstTask`. */
export function adfNodes(blocks: readonly Block[], firstTask = 1): AdfNode[] {
  // Tasks must carry ids; counted ones keep the document the same from run to run.
  let tasks = firstTask;
  return nodesOf(fit(blocks, ADF), () => `task-${tasks++}`);
}

type NextId = () => string;

const nodesOf = (blocks: readonly Block[], nextId: NextId): AdfNode[] =>
  blocks.map((block) => nodeOf(block, nextId));

function nodeOf(block: Block, nextId: NextId): AdfNode {
  switch (block.type) {
    case "paragraph":
      return paragraph(block.runs);
    case "heading":
      return { type: "heading", attrs: { level: block.level }, content: inlineNodes(block.runs) };
    case "code":
      return {
        type: "codeBlock",
        ...(block.language && { attrs: { language: block.language } }),
        ...(block.text && { content: [{ type: "text", text: block.text }] }),
      };
    case "quote":
      return { type: "blockquote", content: nodesOf(block.blocks, nextId) };
    case "panel":
      return {
        type: "panel",
        attrs: { panelType: ADF_PANEL_TYPES[block.tone] },
        content: nodesOf(block.blocks, nextId),
      };
    case "expand":
      return { type: "expand", attrs: { title: block.title }, content: nodesOf(block.blocks, nextId) };
    case "list":
      return list(block, nextId);
    case "table":
      return table(block.header, block.rows);
    case "rule":
      return { type: "rule" };
  }
}

function paragraph(runs: Cell): AdfNode {
  const [image] = runs;
  if (runs.length === 1 && image?.type === "image") {
    const media = { type: "external", url: image.url, ...(image.alt && { alt: image.alt }) };
    return { type: "mediaSingle", attrs: { layout: "center" }, content: [{ type: "media", attrs: media }] };
  }
  return { type: "paragraph", content: inlineNodes(runs) };
}

function list(block: Extract<Block, { type: "list" }>, nextId: NextId): AdfNode {
  if (block.items.length > 0 && block.items.every((item) => item.isDone !== undefined))
    return taskList(block.items, nextId);
  const content = block.items.map(({ blocks }): AdfNode => {
    const inner = nodesOf(blocks, nextId);
    return { type: "listItem", content: inner.length === 0 ? [{ type: "paragraph", content: [] }] : inner };
  });
  if (block.start === undefined) return { type: "bulletList", content };
  return { type: "orderedList", ...(block.start !== 1 && { attrs: { order: block.start } }), content };
}

function taskList(items: readonly Item[], nextId: NextId): AdfNode {
  const localId = nextId();
  const content = items.flatMap(({ isDone, blocks: [line, below] }): AdfNode[] => [
    {
      type: "taskItem",
      attrs: { localId: nextId(), state: isDone ? "DONE" : "TODO" },
      content: line?.type === "paragraph" ? inlineNodes(line.runs) : [],
    },
    // The lines below an item stand beside it, in a list of their own.
    ...(below?.type === "list" ? [taskList(below.items, nextId)] : []),
  ]);
  return { type: "taskList", attrs: { localId }, content };
}

function table(header: readonly Cell[], rows: readonly (readonly Cell[])[]): AdfNode {
  const row =
    (type: string) =>
    (cells: readonly Cell[]): AdfNode => ({
      type: "tableRow",
      content: cells.map((cell) => ({ type, content: [{ type: "paragraph", content: inlineNodes(cell) }] })),
    });
  // Markdown has no table without a header; a blank one says that there is none.
  const head = isBlank(header) && rows.length > 0 ? [] : [row("tableHeader")(header)];
  return { type: "table", content: [...head, ...rows.map(row("tableCell"))] };
}
