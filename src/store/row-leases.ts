import type { Query } from "./db.ts";

/** Columns by which the rows of a table are leased: those that name a row, and those that say who has it until when. */
export interface LeaseColumns {
  readonly table: string;
  /** In the order of a lease's `key`. */
  readonly key: readonly string[];
  readonly owner: string;
  readonly until: string;
}

/** Lease of one row: nobody else has it until it is released, or until its owner renews it no more and it runs out. */
export interface Lease {
  readonly key: readonly (string | number)[];
  /** A name that nobody else has. */
  readonly owner: string;
  /** How long it holds without a renewal, by the store's own clock. */
  readonly forMs: number;
}

/** Part of a statement. Each value goes through `bind`, which returns its parameter: `$3`. */
export type SqlPart = (bind: (value: unknown) => string) => string;

/** Options of acquiring a row, besides whose and how long. */
export interface AcquireOptions {
  /** An owner that is known to be dead, whose lease may be taken before it runs out. */
  readonly heirOf?: string | undefined;
  /** What must hold of the row besides. */
  readonly where?: SqlPart;
  /** What else is set in the same statement. */
  readonly set?: SqlPart;
  /** What is returned of the row as it is then. */
  readonly returning?: string;
}

/**
 * Leases of a table's rows. They run out and lock nothing, so that work under one may take its time and wait for others;
 * a lock would end with its connection, and the embedded store serves one transaction at a time.
 */
export interface RowLeases {
  /** SQL: who has the row, or null. */
  readonly holder: string;
  /** The row, for the one that has it now; undefined for all others. An owner that asks again keeps it for longer. */
  acquire<Row>(db: Query, lease: Lease, options?: AcquireOptions): Promise<Row | undefined>;
  /**
   * Says that the owner is alive; false when another has taken over. In a transaction the row is locked until its end,
   * so that whoever has lost the lease writes nothing after it.
   */
  renew(db: Query, lease: Lease): Promise<boolean>;
  /** Lets others have the row, unless one has it already, and sets what else is said. */
  release(db: Query, lease: Pick<Lease, "key" | "owner">, set?: SqlPart): Promise<void>;
}

/** Leases over two columns of a table. */
export function createRowLeases({ table, key, owner, until }: LeaseColumns): RowLeases {
  const row =
    (values: Lease["key"]): SqlPart =>
    (bind) =>
      key.map((column, at) => `${column} = ${bind(values[at])}`).join(" AND ");
  const holds =
    (forMs: number): SqlPart =>
    (bind) =>
      `${until} = clock_timestamp() + ${bind(forMs)}::float8 * interval '1 ms'`;

  return {
    holder: `CASE WHEN ${until} > clock_timestamp() THEN ${owner} END`,
    async acquire<Row>(db: Query, lease: Lease, options: AcquireOptions = {}) {
      const { heirOf = lease.owner, where, set, returning = "1" } = options;
      const [found] = await run<Row>(
        db,
        (bind) => `UPDATE ${table} SET ${owner} = ${bind(lease.owner)}, ${holds(lease.forMs)(bind)}
            ${set ? `, ${set(bind)}` : ""}
          WHERE ${row(lease.key)(bind)} ${where ? `AND ${where(bind)}` : ""}
            AND (${owner} IS NULL OR ${until} < clock_timestamp()
              OR ${owner} IN (${bind(lease.owner)}, ${bind(heirOf)}))
          RETURNING ${returning}`,
      );
      return found;
    },
    async renew(db, lease) {
      const rows = await run(
        db,
        (bind) => `UPDATE ${table} SET ${holds(lease.forMs)(bind)}
          WHERE ${row(lease.key)(bind)} AND ${owner} = ${bind(lease.owner)} RETURNING 1`,
      );
      return rows.length > 0;
    },
    async release(db, lease, set) {
      await run(
        db,
        (bind) => `UPDATE ${table} SET ${owner} = NULL, ${until} = NULL ${set ? `, ${set(bind)}` : ""}
          WHERE ${row(lease.key)(bind)} AND ${owner} = ${bind(lease.owner)}`,
      );
    },
  };
}

function run<Row>(db: Query, statement: SqlPart): Promise<Row[]> {
  const params: unknown[] = [];
  const sql = statement((value) => `$${params.push(value)}`);
  return db.rows<Row>(sql, params);
}
