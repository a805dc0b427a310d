import {
  type Block,
  type Cell,
  type Item,
  plain,
  plainParagraph,
  type Run,
  textOf,
  withStyle,
} from "./blocks.ts";
import { tidyRuns } from "./runs.ts";

/** What a block may stand in. */
export type Place = "root" | "expand" | "panel" | "quote" | "item";

/** What a dialect can hold where. */
export interface Dialect {
  readonly allows: (block: Block["type"], place: Place) => boolean;
  /** False where an image takes a line of its own. */
  readonly hasInlineImages: boolean;
  /** Where items may be tasks. */
  readonly hasTasks: (place: Place) => boolean;
}

/** The same text with what the dialect cannot hold said in words it can: a heading in a list as bold text, and so on. */
export function fit(blocks: readonly Block[], dialect: Dialect, place: Place = "root"): Block[] {
  return blocks.flatMap((block) => fitBlock(block, dialect, place));
}

function fitBlock(block: Block, dialect: Dialect, place: Place): Block[] {
  if (!dialect.allows(block.type, place)) return instead(block, dialect, place);
  switch (block.type) {
    case "paragraph":
      return fitParagraph(block.runs, dialect);
    case "heading":
      return [{ ...block, runs: withoutImages(block.runs, dialect) }];
    case "quote":
    case "panel":
    case "expand": {
      const blocks = fit(block.blocks, dialect, block.type);
      return [{ ...block, blocks: blocks.length === 0 ? [{ type: "paragraph", runs: [] }] : blocks }];
    }
    case "list":
      return [fitList(block, dialect, place)];
    case "table": {
      const cells = (row: readonly Cell[]) => row.map((cell) => withoutImages(cell, dialect));
      return [{ ...block, header: cells(block.header), rows: block.rows.map(cells) }];
    }
    default:
      return [block];
  }
}

/** The next best thing. */
function instead(block: Block, dialect: Dialect, place: Place): Block[] {
  switch (block.type) {
    case "heading": {
      const runs = block.runs.map((run) =>
        run.type === "break" ? run : { ...run, marks: withStyle(run.marks, "strong") },
      );
      return fitParagraph(tidyRuns(runs), dialect);
    }
    case "quote":
    case "panel":
      return fit(block.blocks, dialect, place);
    case "expand":
      return [...(block.title ? [plainParagraph(block.title)] : []), ...fit(block.blocks, dialect, place)];
    case "table":
      return fitParagraph(rowsAsLines(block.header, block.rows), dialect);
    case "rule":
      return [plainParagraph("———")];
    default:
      return fitParagraph([plain("")], dialect);
  }
}

function rowsAsLines(header: readonly Cell[], rows: readonly (readonly Cell[])[]): Run[] {
  const lines = (isBlank(header) ? rows : [header, ...rows]).map((row) =>
    row.flatMap((cell, at): Run[] => [
      ...(at === 0 ? [] : [plain(" | ")]),
      ...cell.map((run) => (run.type === "break" ? plain(" ") : run)),
    ]),
  );
  return tidyRuns(lines.flatMap((line, at): Run[] => (at === 0 ? line : [{ type: "break" }, ...line])));
}

/** True for a row that only says how many columns there are. */
export const isBlank = (row: readonly Cell[]): boolean => row.every((cell) => cell.length === 0);

function fitParagraph(runs: Cell, dialect: Dialect): Block[] {
  if (!dialect.hasInlineImages && runs.some((run) => run.type === "image")) {
    const rest = runs.filter((run) => run.type !== "image" && run.type !== "break");
    if (textOf(rest).trim() === "" && !runs.some((run) => run.type === "image" && run.marks.link))
      return runs
        .filter((run) => run.type === "image")
        .map((run): Block => ({ type: "paragraph", runs: [run] }));
  }
  const fitting = withoutImages(runs, dialect);
  return fitting.length === 0 ? [] : [{ type: "paragraph", runs: fitting }];
}

/** Images in the middle of a line become links to them. */
function withoutImages(runs: Cell, dialect: Dialect): Cell {
  if (dialect.hasInlineImages) return runs;
  return tidyRuns(
    runs.map((run): Run => {
      if (run.type !== "image") return run;
      const link = run.marks.link ?? { href: run.url };
      return { type: "text", text: run.alt || run.url, marks: { ...run.marks, link } };
    }),
  );
}

function fitList(list: Extract<Block, { type: "list" }>, dialect: Dialect, place: Place): Block {
  const areTasks = dialect.hasTasks(place) && list.start === undefined && list.items.every(isPlainTask);
  const items = list.items.map(({ isDone, blocks }): Item => {
    const fitting = fit(blocks, dialect, "item");
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
