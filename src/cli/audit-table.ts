import type { ListedEntry } from "#audit";
import { displayWidth, fitWidth, makeVisible } from "#base";
import { titleOf } from "#model";
import { BUILTIN_SERVER } from "#policy";

/** A table that can be printed row by row, while the rows are still coming. */
export interface AuditTable {
  readonly heading: string;
  row(entry: ListedEntry): string;
}

const FIXED = [
  ["TIME", 19],
  ["OUTCOME", 10],
  ["USER", 12],
  ["SESSION", 10],
  ["RULE", 14],
] as const;
const TAKEN = FIXED.reduce((sum, [, width]) => sum + width + 2, 0);

/** Time in UTC, how it ended, who, by which rule, and the call with its masked arguments as far as there is room. */
export function createAuditTable(columns: number): AuditTable {
  const width = Math.max(24, columns - TAKEN);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cellOf(cell, FIXED[index]?.[1] ?? width))
      .join("  ")
      .trimEnd();
  return {
    heading: line([...FIXED.map(([name]) => name), "CALL"]),
    row: (entry) => line(cellsOf(entry)),
  };
}

function cellsOf({ record }: ListedEntry): string[] {
  const at = record.at.slice(0, 19).replace("T", " ");
  if ("event" in record) {
    const facts = Object.entries(record.facts).map(([name, value]) => `${name}=${value}`);
    return [at, "event", record.user, "", "", [record.event, ...facts].join(" ")];
  }
  const { outcome, user, session, rule, detail } = record;
  const tool = titleOf(record);
  const name = ["", BUILTIN_SERVER].includes(record.server) ? tool : `${record.server}__${tool}`;
  const why = detail === undefined ? [] : [`(${fitWidth(makeVisible(detail).text, 60)})`];
  return [at, outcome, user, session, rule, [name, ...why, record.arguments].join(" ")];
}

function cellOf(text: string, width: number): string {
  const cell = fitWidth(makeVisible(text).text, width);
  return cell + " ".repeat(Math.max(0, width - displayWidth(cell)));
}
