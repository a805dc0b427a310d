/** The store: one Postgres, embedded or by DATABASE_URL, and the rows of every room. */
export type { Db, Query } from "./db.ts";
export { connectStore, openStore, type StoreOptions } from "./open.ts";
