import type { Db, Query } from "../db.ts";
import { migrationState } from "../schema/migrate.ts";
import { type DumpLine, type DumpRow, writeDump } from "./format.ts";
import { columnsOf, quoted, tablesInOrder } from "./tables.ts";

/** Counts of the rows written or read, by table. */
export interface DumpReport {
  readonly tables: Readonly<Record<string, number>>;
}

const ROWS_PER_FETCH = 200;

/** Writes every row to `file`, as the store was at one moment. */
export async function dumpStore(db: Db, file: string): Promise<DumpReport> {
  return db.transaction(async (tx) => {
    await tx.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const counts: Record<string, number> = {};
    await writeDump(file, linesOf(tx, counts));
    return { tables: counts };
  });
}

async function* linesOf(tx: Query, counts: Record<string, number>): AsyncGenerator<DumpLine> {
  const { applied } = await migrationState(tx);
  yield { preloopDump: 1, at: new Date().toISOString(), migrations: applied };
  let rows = 0;
  for (const table of await tablesInOrder(tx)) {
    const columns = await columnsOf(tx, table);
    yield { table, columns };
    counts[table] = 0;
    for await (const row of rowsOf(tx, table, columns)) {
      yield row;
      counts[table]++;
      rows++;
    }
  }
  yield { rows };
}

async function* rowsOf(tx: Query, table: string, columns: readonly string[]): AsyncGenerator<DumpRow> {
  const texts = columns.map((column) => `${quoted(column)}::text`).join(", ");
  await tx.rows(`DECLARE dump NO SCROLL CURSOR FOR SELECT ARRAY[${texts}] AS row FROM ${quoted(table)}`);
  for (;;) {
    const page = await tx.rows<{ row: DumpRow }>(`FETCH ${ROWS_PER_FETCH} FROM dump`);
    for (const { row } of page) yield row;
    if (page.length < ROWS_PER_FETCH) break;
  }
  await tx.rows("CLOSE dump");
}
