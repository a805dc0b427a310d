import type { Db } from "./db.ts";
import type { DumpReport } from "./dump/dump.ts";
import type { RestoreOptions } from "./dump/restore.ts";
import type { StoreStatus } from "./status.ts";

// What `preloop db` does is loaded when it is asked for: a session at work never needs it.

/** Applies the migrations that are missing; returns their names. */
export async function migrateStore(db: Db): Promise<readonly string[]> {
  return (await import("./schema/migrate.ts")).migrate(db);
}

/** The store's version, schema and sizes. */
export async function readStoreStatus(db: Db): Promise<StoreStatus> {
  return (await import("./status.ts")).readStoreStatus(db);
}

/** Writes every row to a file, as the store was at one moment. */
export async function dumpStore(db: Db, file: string): Promise<DumpReport> {
  return (await import("./dump/dump.ts")).dumpStore(db, file);
}

/** Fills a store from a dump, all or nothing. @throws store_conflict, store_newer */
export async function restoreStore(db: Db, file: string, options: RestoreOptions): Promise<DumpReport> {
  return (await import("./dump/restore.ts")).restoreStore(db, file, options);
}
