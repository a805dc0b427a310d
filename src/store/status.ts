import type { Db } from "./db.ts";
import { tablesInOrder } from "./dump/tables.ts";
import { migrationState } from "./schema/migrate.ts";

/** The state of a store, for people. */
export interface StoreStatus {
  readonly kind: Db["kind"];
  readonly store: string;
  readonly server: string;
  readonly bytes: number;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
}

export async function readStoreStatus(db: Db): Promise<StoreStatus> {
  const [facts] = await db.rows<{ server: string; bytes: string }>(
    "SELECT current_setting('server_version') AS server, pg_database_size(current_database()) AS bytes",
  );
  const { applied, pending } = await migrationState(db);
  const rows: Record<string, number> = {};
  for (const table of await tablesInOrder(db)) {
    const [count] = await db.rows<{ n: string }>(`SELECT count(*) AS n FROM "${table}"`);
    rows[table] = Number(count?.n);
  }
  return {
    kind: db.kind,
    store: db.shown,
    server: facts?.server ?? "unknown",
    bytes: Number(facts?.bytes),
    applied,
    pending: pending.map(({ name }) => name),
    rows,
  };
}
