import type { Block, Cell } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import { type AdfNode, childrenOf } from "./adf.ts";
import { type Note, runsOfAdf, wordsOf } from "./read-adf-inline.ts";

/** A table. Merged cells, colours and header columns cannot be said. */
export function readTable(node: AdfNode, note: Note): Block {
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
