import type { JsonObject } from "#base";
import type { ProjectRow } from "#store";
import { present, shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { tableLines } from "../output/table.ts";

/** `preloop sync --status`: when each project was last read, by whom it is read now, and what went wrong last. */
export async function showSyncStatus(context: CommandContext, json: boolean): Promise<void> {
  const { listProjectRows } = await import("#store");
  const rows = await listProjectRows(await context.store());
  if (json) return context.out.line(jsonText(rows.map(statusView)));
  if (rows.length === 0)
    return context.out.line("No project was read yet; preloop sync reads those of the config.");
  for (const line of statusLines(rows)) context.out.line(line);
}

/** The projects as a table. */
export function statusLines(rows: readonly ProjectRow[]): string[] {
  const cells = rows.map((row) => [
    shown(row.tracker),
    shown(row.project),
    timeOf(row.syncedAt),
    timeOf(row.sweptAt),
    stateOf(row),
  ]);
  return tableLines(["TRACKER", "PROJECT", "READ", "SWEPT", "STATE"], cells);
}

function stateOf({ reader, lastError, failedAt, sweep }: ProjectRow): string {
  if (reader !== undefined) return "~ being read";
  if (lastError !== undefined) return `x ${timeOf(failedAt)}: ${shown(lastError)}`;
  return sweep === undefined ? "+ ok" : ". the next run finishes a full one";
}

function timeOf(time: Date | undefined): string {
  return time === undefined ? "never" : `${time.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

function statusView({ tracker, project, kind, ...row }: ProjectRow): JsonObject {
  return {
    ...{ tracker, project, kind },
    ...present({
      syncedAt: row.syncedAt?.toISOString(),
      sweptAt: row.sweptAt?.toISOString(),
      failedAt: row.failedAt?.toISOString(),
      lastError: row.lastError,
      reader: row.reader,
      sweep: row.sweep,
    }),
  };
}
