/** One place to send SQL to: the pool, or one transaction. */
export interface Query {
  /** Runs one statement with `$1`-style parameters and returns its rows. */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** The one Postgres that a preloop process talks to, embedded or by `DATABASE_URL`. */
export interface Db extends Query {
  readonly kind: "embedded" | "postgres";
  /** All of `work` or nothing; retried once when the store was lost before COMMIT was sent. */
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
