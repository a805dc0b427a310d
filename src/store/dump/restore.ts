import { PreloopError } from "#base";
import type { Db, Query } from "../db.ts";
import { applyMigrations, lockMigrations } from "../schema/migrate.ts";
import { type Migration, ownMigrations } from "../schema/migrations.ts";
import type { DumpReport } from "./dump.ts";
import { type DumpHead, type DumpLine, type DumpRow, type DumpTable, readDump } from "./format.ts";
import { ownTables, quoted, tablesInOrder } from "./tables.ts";

export interface RestoreOptions {
  /** Replace what the store holds. */
  readonly force: boolean;
}

const ROWS_PER_INSERT = 200;
const BYTES_PER_INSERT = 4 << 20;
const MAX_PARAMETERS = 60_000;

/**
 * Fills a store from a dump, all or nothing: the schema as the dump knew it, its rows, and then this version's newer
 * migrations over them. @throws store_conflict when the store holds rows already, store_newer
 */
export async function restoreStore(db: Db, file: string, { force }: RestoreOptions): Promise<DumpReport> {
  return db.transaction(async (tx) => {
    const lines = readDump(file);
    const head = readHead((await lines.next()).value, file);
    const [then, since] = splitMigrations(head);
    await lockMigrations(tx);
    if (!force) await refuseRows(tx);
    await dropTables(tx);
    await applyMigrations(tx, then);
    const report = await insertLines(tx, lines, file);
    await applyMigrations(tx, since);
    await moveSequences(tx);
    return report;
  });
}

function readHead(line: DumpLine | undefined, file: string): DumpHead {
  if (line && "preloopDump" in line && line.preloopDump === 1) return line;
  throw new PreloopError("usage", `${file} is no dump of preloop's`);
}

function splitMigrations({
  migrations,
}: DumpHead): readonly [then: readonly Migration[], since: readonly Migration[]] {
  const known = ownMigrations();
  const unknown = migrations.filter((name) => !known.some((migration) => migration.name === name));
  if (unknown.length > 0)
    throw new PreloopError(
      "store_newer",
      `The dump was made by a newer preloop (it has ${unknown.join(", ")}); upgrade preloop on this machine`,
    );
  const isOld = ({ name }: Migration) => migrations.includes(name);
  return [known.filter(isOld), known.filter((migration) => !isOld(migration))];
}

async function refuseRows(tx: Query): Promise<void> {
  for (const table of await tablesInOrder(tx)) {
    if (table === "setting") continue; // whoever opened the store once has left facts about it here
    const [row] = await tx.rows<{ filled: boolean }>(
      `SELECT EXISTS (SELECT FROM ${quoted(table)}) AS filled`,
    );
    if (row?.filled)
      throw new PreloopError(
        "store_conflict",
        `The store is not empty (${table} has rows); restore into an empty one, or replace everything with --force`,
      );
  }
}

async function dropTables(tx: Query): Promise<void> {
  const tables = ["_prisma_migrations", ...ownTables()].map(quoted);
  await tx.rows(`DROP TABLE IF EXISTS ${tables.join(", ")} CASCADE`);
}

async function insertLines(tx: Query, lines: AsyncIterable<DumpLine>, file: string): Promise<DumpReport> {
  const counts: Record<string, number> = {};
  let table: DumpTable | undefined;
  let batch: DumpRow[] = [];
  let bytes = 0;
  let total = 0;
  const flush = async () => {
    if (table && batch.length > 0) await insert(tx, table, batch);
    batch = [];
    bytes = 0;
  };
  for await (const line of lines) {
    if (isRow(line)) {
      if (!table) throw new PreloopError("usage", `${file} has a row before its first table`);
      if (
        batch.length === ROWS_PER_INSERT ||
        bytes > BYTES_PER_INSERT ||
        (batch.length + 1) * line.length > MAX_PARAMETERS
      )
        await flush();
      batch.push(line);
      for (const value of line) bytes += value?.length ?? 0;
      counts[table.table] = (counts[table.table] ?? 0) + 1;
      total++;
    } else if ("table" in line) {
      await flush();
      table = line;
      counts[line.table] = 0;
    } else if ("rows" in line) {
      await flush();
      if (line.rows === total) return { tables: counts };
      break;
    }
  }
  throw new PreloopError("usage", `${file} is incomplete: it was cut, or changed`);
}

function isRow(line: DumpLine): line is DumpRow {
  return Array.isArray(line);
}

async function insert(tx: Query, { table, columns }: DumpTable, rows: readonly DumpRow[]): Promise<void> {
  if (!ownTables().includes(table))
    throw new PreloopError("usage", `The dump has an unknown table, ${table}`);
  const tuples = rows.map((row, r) => `(${row.map((_, c) => `$${r * columns.length + c + 1}`).join(", ")})`);
  await tx.rows(
    `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(", ")}) OVERRIDING SYSTEM VALUE VALUES ${tuples.join(", ")}`,
    rows.flat(),
  );
}

/** Counters go on where the rows end. */
async function moveSequences(tx: Query): Promise<void> {
  const counters = await tx.rows<{ table: string; column: string; sequence: string }>(
    `SELECT c.relname AS table, a.attname AS column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind = 'r' AND c.relname = ANY($1) AND c.relnamespace = current_schema()::regnamespace
       AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL`,
    [ownTables()],
  );
  for (const { table, column, sequence } of counters)
    await tx.rows(
      `SELECT setval($1::regclass, coalesce((SELECT max(${quoted(column)}) FROM ${quoted(table)}), 0) + 1, false)`,
      [sequence],
    );
}
