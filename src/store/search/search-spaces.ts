import type { Db, Query } from "../db.ts";
import { createRowLeases } from "../row-leases.ts";

/**
 * A vector space as it is kept. `builtin` is always there; a model's space is `building` until it can serve; one that
 * serves leaves when another takes its place.
 */
export interface SpaceRow {
  readonly number: number;
  readonly name: string;
  readonly dimensions: number;
  readonly state: SpaceState;
  /** True when it has an index of its own. */
  readonly isIndexed: boolean;
}

export type SpaceState = "builtin" | "building" | "serving" | "leaving";

const COLUMNS = `number, name, dimensions, state,
  to_regclass('search_embedding_space_' || number || '_idx') IS NOT NULL AS "isIndexed"`;

export function listSpaces(db: Query): Promise<SpaceRow[]> {
  return db.rows(`SELECT ${COLUMNS} FROM search_space ORDER BY number`);
}

/** The space of a name, made when there is none. One that was to leave is built up again. */
export async function openSpace(
  db: Query,
  { name, dimensions, state }: Pick<SpaceRow, "name" | "dimensions" | "state">,
): Promise<SpaceRow> {
  const [row] = await db.rows<SpaceRow>(
    `INSERT INTO search_space (name, dimensions, state) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE
       SET state = CASE search_space.state WHEN 'leaving' THEN excluded.state ELSE search_space.state END
     RETURNING ${COLUMNS}`,
    [name, dimensions, state],
  );
  return row!;
}

/** Counts of texts: all there are, and those that the space has a vector of. */
export interface Coverage {
  readonly documents: number;
  readonly embedded: number;
}

export async function readCoverage(db: Query, space: number): Promise<Coverage> {
  const [row] = await db.rows<Coverage>(
    `SELECT count(*)::int AS documents, count(e.row_id)::int AS embedded
     FROM search_document d
     LEFT JOIN search_embedding e ON e.space = $1 AND e.row_id = d.row_id AND e.text_hash = d.text_hash`,
    [space],
  );
  return row!;
}

/** Lets a space serve in the place of whatever model's space served before. */
export async function serveSpace(tx: Query, space: number): Promise<void> {
  await tx.rows("UPDATE search_space SET state = 'leaving' WHERE state = 'serving' AND number <> $1", [
    space,
  ]);
  await tx.rows(
    "UPDATE search_space SET state = 'serving', served_at = now() WHERE number = $1 AND state = 'building'",
    [space],
  );
}

/** Lets the built-in spaces of other versions leave; one that is still in use there comes back when it is opened. */
export async function retireBuiltins(db: Query, current: number): Promise<void> {
  await db.rows("UPDATE search_space SET state = 'leaving' WHERE state = 'builtin' AND number <> $1", [
    current,
  ]);
}

/** Takes a space away that is to leave, some of its vectors at a time; false when there is more to do. */
export async function dropSpace(db: Query, space: number, limit: number): Promise<boolean> {
  const rows = await db.rows(
    `DELETE FROM search_embedding WHERE space = $1 AND row_id IN (
       SELECT row_id FROM search_embedding WHERE space = $1 LIMIT $2) RETURNING row_id`,
    [space, limit],
  );
  if (rows.length === limit) return false;
  await db.rows(`DROP INDEX IF EXISTS ${indexName(space)}`);
  await db.rows("DELETE FROM search_space WHERE number = $1 AND state = 'leaving'", [space]);
  return true;
}

const leases = createRowLeases({
  table: "search_space",
  key: ["number"],
  owner: "lease_owner",
  until: "lease_until",
});

/** Lease of a space: nobody else embeds for it. */
export interface SpaceLease {
  readonly space: number;
  readonly owner: string;
  readonly forMs: number;
}

/** True for the one that may embed; asked again, it goes on. */
export async function leaseSpace(db: Query, { space, owner, forMs }: SpaceLease): Promise<boolean> {
  return (await leases.acquire(db, { key: [space], owner, forMs })) !== undefined;
}

export function releaseSpace(db: Query, space: number, owner: string): Promise<void> {
  return leases.release(db, { key: [space], owner });
}

// How many neighbours are weighed for each vector of an index. pgvector's own 64 found .91 to .93 of the ten nearest among
// 100,000 issues, this .97, and takes half as long again to make.
const CARE = 128;

// pgvector indexes no longer vector as it is.
const LONGEST_INDEXED = 2000;

/** Index of a space: the form in which it sees a vector, and the distance that it knows. */
export interface SpaceIndex {
  of(expression: string): string;
  readonly distance: "<#>" | "<~>";
  readonly operators: "vector_ip_ops" | "bit_hamming_ops";
  /** How many it must propose for the exact distance to choose a hundred from. */
  readonly proposes: number;
}

/** Vectors as they are; of very long ones a bit a dimension, which tells less and so has to propose more. */
export function spaceIndexOf(dimensions: number): SpaceIndex {
  const size = Number(dimensions);
  if (size <= LONGEST_INDEXED)
    return {
      of: (expression) => `(${expression}::vector(${size}))`,
      distance: "<#>",
      operators: "vector_ip_ops",
      proposes: 400,
    };
  return {
    of: (expression) => `(binary_quantize(${expression})::bit(${size}))`,
    distance: "<~>",
    operators: "bit_hamming_ops",
    proposes: 800,
  };
}

/** Makes the index of a space, which may take minutes; other writers of vectors wait until it stands. */
export async function indexSpace(
  db: Pick<Db, "transaction">,
  { number, dimensions }: SpaceRow,
): Promise<void> {
  const index = spaceIndexOf(dimensions);
  // Said in a transaction before: the embedded store's watchdog knows a limit from when a connection was last idle, and
  // the pool hands out the connection that was used last.
  await db.transaction((tx) => tx.rows("SET statement_timeout = '1h'"));
  try {
    await db.transaction(async (tx) => {
      await tx.rows("SET LOCAL maintenance_work_mem = '768MB'");
      await tx.rows(
        `CREATE INDEX IF NOT EXISTS ${indexName(number)} ON search_embedding
         USING hnsw (${index.of("embedding")} ${index.operators}) WITH (ef_construction = ${CARE}) WHERE space = ${Number(number)}`,
      );
    });
  } finally {
    await db.transaction((tx) => tx.rows("RESET statement_timeout"));
  }
}

const indexName = (space: number) => `search_embedding_space_${Number(space)}_idx`;
