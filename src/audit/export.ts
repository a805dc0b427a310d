import { makeVisible } from "#base";
import { oneLine } from "./draft.ts";
import type { ListedEntry } from "./entries.ts";

export type ExportFormat = "ndjson" | "csv";

/** The entries as lines of a file: JSON with each record's place and hash, or a table for a spreadsheet. */
export async function* exportAudit(
  entries: AsyncIterable<ListedEntry> | Iterable<ListedEntry>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === "csv") yield COLUMNS.join(",");
  for await (const entry of entries) yield format === "csv" ? csvLine(entry) : jsonLine(entry);
}

/** One entry as one line of JSON, harmless in a terminal. */
export function jsonLine({ writer, seq, hash, kind, record, isPending }: ListedEntry): string {
  return oneLine(JSON.stringify({ writer, seq, kind, ...record, pending: isPending, hash }));
}

const COLUMNS = [
  ..."writer seq kind at user client session server tool arguments argumentsDigest".split(" "),
  ..."action rule risk approval grant decidedBy outcome detail durationMs event facts hash observed".split(
    " ",
  ),
];

function csvLine({ writer, seq, hash, kind, record }: ListedEntry): string {
  const cells: Record<string, unknown> = { writer, seq, hash, kind, ...record };
  return COLUMNS.map((column) => csvCell(cells[column])).join(",");
}

function csvCell(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = makeVisible(typeof value === "string" ? value : JSON.stringify(value)).text;
  // A spreadsheet takes a cell that begins like this for a formula.
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
