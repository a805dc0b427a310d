/** One place to send SQL to: the pool, or one transaction. */
export interface Query {
  /**
   * Runs one statement with `$1`-style parameters and returns its rows. What Postgres says about the SQL (`23505`)
   * rises as pg's own error with its `code`; a store that cannot be reached is a `store_unavailable`.
   */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** The one Postgres that a preloop process talks to, embedded or by `DATABASE_URL`. */
export interface Db extends Query {
  readonly kind: "embedded" | "postgres";
  /** Where the store is, for people: a URL without its password, or the folder of the embedded store. */
  readonly shown: string;
  /**
   * All of `work` or nothing; retried once when the store was lost before COMMIT was sent. The embedded store serves
   * one transaction at a time: inside `work`, use `tx` alone, and wait for nothing but the store.
   */
  transaction<T>(work: (tx: Query) => Promise<T>): Promise<T>;
  /**
   * Calls `onPayload` for every NOTIFY on `channel`, and with `undefined` after each (re)connection: look then, since
   * what was said in between is lost. Resolves when the first LISTEN stands.
   */
  listen(channel: string, onPayload: (payload: string | undefined) => void): Promise<() => Promise<void>>;
  /** Prisma over the same pool, loaded when first asked for; for people's listings, not for hot paths. */
  prisma(): Promise<import("./generated/client.ts").PrismaClient>;
  close(): Promise<void>;
}
