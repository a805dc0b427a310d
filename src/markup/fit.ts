import {
  type Block,
  type Cell,
  type Item,
  paragraphOf,
  plain,
  plainParagraph,
  type TextRun,
  textOf,
  withoutBreaks,
  withStyle,
} from "./blocks.ts";
import { tidyRuns } from "./runs.ts";

/** Container that a block may stand in. */
export type BlockContainer = "root" | "expand" | "panel" | "quote" | "item";

/** Capabilities of a markup: what it can hold where. */
export interface MarkupCapabilities {
  readonly allows: (block: Block["type"], container: BlockContainer) => boolean;
  /** False where an image takes a line of its own. */
  readonly hasInlineImages: boolean;
  /** Where items may be tasks. */
  readonly hasTasks: (container: BlockContainer) => boolean;
}

/** The same text with what the markup cannot hold said in words it can: a heading in a list as bold text, and so on. */
export function fit(
  blocks: readonly Block[],
  capabilities: MarkupCapabilities,
  container: BlockContainer = "root",
): Block[] {
  return blocks.flatMap((block) => fitBlock(block, capabilities, container));
}

function fitBlock(block: Block, capabilities: MarkupCapabilities, container: BlockContainer): Block[] {
  if (!capabilities.allows(block.type, container)) return instead(block, capabilities, container);
  switch (block.type) {
    case "paragraph":
      return fitParagraph(block.runs, capabilities);
    case "heading":
      return [{ ...block, runs: withoutImages(block.runs, capabilities) }];
    case "quote":
    case "panel":
    case "expand": {
      const blocks = fit(block.blocks, capabilities, block.type);
      return [{ ...block, blocks: blocks.length === 0 ? [{ type: "paragraph", runs: [] }] : blocks }];
    }
    case "list":
      return [fitList(block, capabilities, container)];
    case "table": {
      const cells = (row: readonly Cell[]) => row.map((cell) => withoutImages(cell, capabilities));
      return [{ ...block, header: cells(block.header), rows: block.rows.map(cells) }];
    }
    default:
      return [block];
  }
}

/** The next best thing. */
function instead(block: Block, capabilities: MarkupCapabilities, container: BlockContainer): Block[] {
  switch (block.type) {
    case "heading": {
      const runs = block.runs.map((run) =>
        run.type === "break" ? run : { ...run, marks: withStyle(run.marks, "strong") },
      );
      return fitParagraph(tidyRuns(runs), capabilities);
    }
    case "quote":
    case "panel":
      return fit(block.blocks, capabilities, container);
    case "expand":
      return [
        ...(block.title ? [plainParagraph(block.title)] : []),
        ...fit(block.blocks, capabilities, container),
      ];
    case "table":
      return fitParagraph(rowsAsLines(block.header, block.rows), capabilities);
    case "rule":
      return [plainParagraph("———")];
    default:
      return fitParagraph([plain("")], capabilities);
  }
}

function rowsAsLines(header: readonly Cell[], rows: readonly (readonly Cell[])[]): TextRun[] {
  const lines = (isBlank(header) ? rows : [header, ...rows]).map((row) =>
    row.flatMap((cell, at): TextRun[] => [...(at === 0 ? [] : [plain(" | ")]), ...withoutBreaks(cell)]),
  );
  return tidyRuns(lines.flatMap((line, at): TextRun[] => (at === 0 ? line : [{ type: "break" }, ...line])));
}

/** True for a row that only says how many columns there are. */
export const isBlank = (row: readonly Cell[]): boolean => row.every((cell) => cell.length === 0);

function fitParagraph(runs: Cell, capabilities: MarkupCapabilities): Block[] {
  if (!capabilities.hasInlineImages && runs.some((run) => run.type === "image")) {
    const rest = runs.filter((run) => run.type !== "image" && run.type !== "break");
    if (textOf(rest).trim() === "" && !runs.some((run) => run.type === "image" && run.marks.link))
      return runs
        .filter((run) => run.type === "image")
        .map((run): Block => ({ type: "paragraph", runs: [run] }));
  }
  return paragraphOf(withoutImages(runs, capabilities));
}

/** Images in the middle of a line become links to them. */
function withoutImages(runs: Cell, capabilities: MarkupCapabilities): Cell {
  if (capabilities.hasInlineImages) return runs;
  return tidyRuns(
    runs.map((run): TextRun => {
      if (run.type !== "image") return run;
      const link = run.marks.link ?? { href: run.url };
      return { type: "text", text: run.alt || run.url, marks: { ...run.marks, link } };
    }),
  );
}

function fitList(
  list: Extract<Block, { type: "list" }>,
  capabilities: MarkupCapabilities,
  container: BlockContainer,
): Block {
  const areTasks =
    capabilities.hasTasks(container) && list.start === undefined && list.items.every(isPlainTask);
  const items = list.items.map(({ isDone, blocks }): Item => {
    const fitting = fit(blocks, capabilities, "item");
    if (areTasks) return { isDone: isDone!, blocks: fitting };
    return { blocks: isDone === undefined ? fitting : withBox(fitting, isDone) };
  });
  return { ...list, items };
}

/** A line with a box, and at most more such lines below it. */
function isPlainTask({ isDone, blocks }: Item): boolean {
  const [line, below, ...more] = blocks;
  return (
    isDone !== undefined &&
    line?.type === "paragraph" &&
    more.length === 0 &&
    (below === undefined ||
      (below.type === "list" && below.start === undefined && below.items.every(isPlainTask)))
  );
}

function withBox(blocks: readonly Block[], isDone: boolean): Block[] {
  const box = plain(isDone ? "☑ " : "☐ ");
  const [first, ...rest] = blocks;
  if (first?.type !== "paragraph") return [{ type: "paragraph", runs: tidyRuns([box]) }, ...blocks];
  return [{ type: "paragraph", runs: tidyRuns([box, ...first.runs]) }, ...rest];
}
