import type { Block, Cell } from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import type { NoteWords } from "./inline-reader.ts";
import { runsOfWiki } from "./read-wiki-inline.ts";
import type { ReadBlocks, WikiToken } from "./wiki-tokens.ts";

interface WikiCell {
  readonly isHeader: boolean;
  readonly runs: Cell;
}

/** A table: `||header||header||`, `|cell|cell|`. A row goes on until a line ends with a bar. */
export function readTable(tokens: readonly WikiToken[], at: number, note: NoteWords): ReadBlocks {
  const rows: WikiCell[][] = [];
  let end = at;
  while (isRow(tokens[end])) {
    let text = tokens[end++]!.source.trim();
    while (!text.endsWith("|") && isMore(tokens[end])) text += `\n${tokens[end++]!.source.trim()}`;
    rows.push(
      cellsOf(text).map(({ isHeader, text: cell }) => ({
        isHeader,
        runs: tidyRuns(runsOfWiki(cell.trim(), note)),
      })),
    );
  }
  return { blocks: [tableOf(rows, note)], end };
}

const isRow = (token: WikiToken | undefined) => token?.type === "line" && token.source.trim().startsWith("|");
const isMore = (token: WikiToken | undefined) =>
  token?.type === "line" && token.source.trim() !== "" && !token.source.trim().startsWith("|");

function tableOf(rows: readonly WikiCell[][], note: NoteWords): Block {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const cells = rows.map((row) => [
    ...row.map(({ runs }) => runs),
    ...Array.from({ length: width - row.length }, (): Cell => []),
  ]);
  const [first = [], ...rest] = rows;
  const hasHeader = first.length > 0 && first.every(({ isHeader }) => isHeader);
  const others = hasHeader ? rest : rows;
  if (others.some((row) => row.some(({ isHeader }) => isHeader))) note("a table's header column", "");
  return hasHeader
    ? { type: "table", header: cells[0]!, rows: cells.slice(1) }
    : { type: "table", header: Array.from({ length: width }, (): Cell => []), rows: cells };
}

/** Cuts a row at its bars, except those inside links, code and images. */
function cellsOf(row: string): { isHeader: boolean; text: string }[] {
  const cells: { isHeader: boolean; text: string }[] = [];
  for (let at = 0; at < row.length; ) {
    if (row[at] === "|") {
      const isHeader = row[at + 1] === "|";
      at += isHeader ? 2 : 1;
      if (at < row.length) cells.push({ isHeader, text: "" });
      continue;
    }
    const end = row[at] === "\\" ? at + 2 : spanEnd(row, at);
    const last = cells.at(-1)!;
    last.text += row.slice(at, end);
    at = end;
  }
  return cells;
}

function spanEnd(row: string, at: number): number {
  const span = SPANS.find(({ open }) => row.startsWith(open, at));
  if (!span) return at + 1;
  for (let end = at + span.open.length; end < row.length; end++) {
    if (row[end] === "\\") end++;
    else if (row.startsWith(span.close, end))
      return span.isRight(row.slice(at, end + 1)) ? end + span.close.length : at + 1;
  }
  return at + 1;
}

const SPANS = [
  { open: "[", close: "]", isRight: () => true },
  { open: "{{", close: "}}", isRight: () => true },
  { open: "!", close: "!", isRight: (text: string) => /^![^\s|!]*[./][^\s|!]*\|[^|]*!$/.test(text) },
] as const;
