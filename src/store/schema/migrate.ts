import { randomUUID } from "node:crypto";
import { codeOf, messageOf, PreloopError } from "#base";
import type { Query } from "../db.ts";
import type { Queries } from "../queries.ts";
import { type Migration, ownMigrations } from "./migrations.ts";

// The lock that Prisma's schema engine takes, so that `prisma migrate deploy` and we never run at once.
const LOCK = 72707369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** Brings the store up to this version's schema, leaving what `prisma migrate deploy` would; returns what it applied. */
export async function migrate(
  db: Queries,
  migrations: readonly Migration[] = ownMigrations(),
): Promise<readonly string[]> {
  const applied: string[] = [];
  let pending = (await migrationState(db, migrations)).pending;
  while (pending.length > 0) {
    const step = await db.transaction((tx) => applyNext(tx, migrations));
    if (step.applied) applied.push(step.applied);
    pending = step.left;
  }
  return applied;
}

/** What is applied and what is not. @throws store_newer, store_conflict */
export async function migrationState(
  db: Query,
  migrations: readonly Migration[] = ownMigrations(),
): Promise<{ readonly applied: readonly string[]; readonly pending: readonly Migration[] }> {
  const [table] = await db.rows<{ found: boolean }>(
    // to_regclass would answer from a cache, in which whoever waited for the lock may still miss the table.
    "SELECT EXISTS (SELECT FROM pg_class WHERE relname = '_prisma_migrations' AND pg_table_is_visible(oid)) AS found",
  );
  return table?.found ? compare(await readApplied(db), migrations) : { applied: [], pending: migrations };
}

/** Holds back everybody else who would change the schema, until the transaction ends. */
export async function lockMigrations(tx: Query): Promise<void> {
  await tx.rows("SELECT pg_advisory_xact_lock($1)", [LOCK]);
}

/** Runs these steps and records them. */
export async function applyMigrations(tx: Query, migrations: readonly Migration[]): Promise<void> {
  await tx.rows(TABLE);
  for (const { name, checksum, sql } of migrations) {
    const id = randomUUID();
    await tx.rows("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)", [
      id,
      checksum,
      name,
    ]);
    await runStep(tx, name, sql);
    await tx.rows(
      "UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1",
      [id],
    );
  }
}

async function applyNext(tx: Query, migrations: readonly Migration[]) {
  await lockMigrations(tx);
  const { pending } = await migrationState(tx, migrations);
  const [next, ...left] = pending;
  if (next) await applyMigrations(tx, [next]);
  return { applied: next?.name, left };
}

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

function readApplied(db: Query): Promise<Applied[]> {
  return db.rows(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name",
  );
}

function compare(rows: readonly Applied[], migrations: readonly Migration[]) {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const ahead = rows.filter(({ migration_name }) => !known.has(migration_name));
  if (ahead.length > 0)
    throw new PreloopError(
      "store_newer",
      `The store was made by a newer preloop (it has ${ahead.map((row) => row.migration_name).join(", ")}); upgrade preloop on this machine`,
    );
  for (const row of rows) {
    if (!row.finished_at)
      throw new PreloopError(
        "store_conflict",
        `The migration ${row.migration_name} was begun and never finished; resolve it with "prisma migrate resolve"`,
      );
    if (known.get(row.migration_name)?.checksum !== row.checksum)
      throw new PreloopError(
        "store_conflict",
        `The migration ${row.migration_name} in the store differs from this program's; reinstall preloop, or restore a dump into a new database`,
      );
  }
  const done = new Set(rows.map((row) => row.migration_name));
  return { applied: [...done], pending: migrations.filter(({ name }) => !done.has(name)) };
}

async function runStep(tx: Query, name: string, sql: string): Promise<void> {
  try {
    // Without parameters pg sends a simple query, which may hold many statements.
    await tx.rows(sql);
  } catch (error) {
    throw migrationFailure(name, error);
  }
}

function migrationFailure(name: string, error: unknown): unknown {
  const said = messageOf(error);
  if (/extension "vector"/.test(said) || (codeOf(error) === "0A000" && /vector/.test(said)))
    return new PreloopError(
      "store_unavailable",
      `The store needs the extension pgvector, and this role cannot create it (${said}). ` +
        "An administrator installs pgvector on the server and runs, in this database: CREATE EXTENSION vector;",
      { cause: error },
    );
  if (codeOf(error) === "42501")
    return new PreloopError(
      "store_unavailable",
      `This role may not create tables (${said}). An administrator runs, in this database: GRANT CREATE ON SCHEMA public TO <role>;`,
      { cause: error },
    );
  if (codeOf(error) === undefined) return error;
  return error instanceof Error ? Object.assign(error, { message: `migration ${name}: ${said}` }) : error;
}
