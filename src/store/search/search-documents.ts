import type { Db, Query } from "../db.ts";
import type { Weights } from "./vectors.ts";

/** The text of an issue that has to be read: its title, its body, and its comments as one. */
export interface StaleText {
  readonly rowId: number;
  readonly textHash: string;
  readonly title: string;
  readonly body: string;
  readonly comments: string;
}

/** Search for issues whose text has to be read anew: at most `limit`, behind `afterRowId`. */
export interface StaleSearch {
  /** Texts that were read in another way are stale too. */
  readonly reading: string;
  readonly afterRowId: number;
  readonly rowIds?: readonly number[] | undefined;
  readonly limit: number;
}

/** A live issue whose text is not read as it is now, and about how many bytes it has. */
export interface StaleIssue {
  readonly rowId: number;
  readonly bytes: number;
}

/** Live issues whose text has changed since it was read, or was never read, in the order of their rows. */
export async function listStaleIssues(db: Query, search: StaleSearch): Promise<StaleIssue[]> {
  const rows = await db.rows<{ readonly row_id: string; readonly bytes: number }>(
    `WITH stale AS MATERIALIZED (
       SELECT i.row_id FROM issue i LEFT JOIN search_document d
         ON d.row_id = i.row_id AND d.text_hash = i.text_hash AND d.reading = $1
       WHERE i.gone_at IS NULL AND d.row_id IS NULL AND i.row_id > $2 AND ($3::bigint[] IS NULL OR i.row_id = ANY($3))
       ORDER BY i.row_id LIMIT $4)
     SELECT row_id, pg_column_size(body) + coalesce((SELECT sum(pg_column_size(c.body))::int FROM issue_comment c
       WHERE c.issue_row_id = i.row_id), 0) AS bytes
     FROM issue i JOIN stale USING (row_id) ORDER BY row_id`,
    [search.reading, search.afterRowId, search.rowIds, search.limit],
  );
  return rows.map(({ row_id, bytes }) => ({ rowId: Number(row_id), bytes }));
}

/** How many issues {@link listStaleIssues} has to list. */
export async function countStaleIssues(db: Query, reading: string): Promise<number> {
  const [row] = await db.rows<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM issue i LEFT JOIN search_document d
       ON d.row_id = i.row_id AND d.text_hash = i.text_hash AND d.reading = $1
     WHERE i.gone_at IS NULL AND d.row_id IS NULL`,
    [reading],
  );
  return row!.count;
}

// What is cut off here no reader of an issue gets to, and no ranking needs.
const LONGEST_TEXT = 1 << 20;

/** The texts of issues, as they are now. */
export async function readStaleTexts(db: Query, rowIds: readonly number[]): Promise<StaleText[]> {
  const rows = await db.rows<Omit<StaleText, "rowId"> & { readonly rowId: string }>(
    `SELECT i.row_id AS "rowId", i.text_hash AS "textHash", i.title, left(i.body, ${LONGEST_TEXT}) AS body,
       coalesce((SELECT left(string_agg(c.body, E'\\n\\n' ORDER BY c.created_at, c.remote_id COLLATE "C"), ${LONGEST_TEXT})
         FROM issue_comment c WHERE c.issue_row_id = i.row_id), '') AS comments
     FROM issue i WHERE i.row_id = ANY($1) ORDER BY i.row_id`,
    [rowIds],
  );
  return rows.map((row) => ({ ...row, rowId: Number(row.rowId) }));
}

/** A text as it was read. */
export interface ReadDocument {
  readonly rowId: number;
  readonly textHash: string;
  /** What it says of each term, by the term's number. */
  readonly weights: Weights;
  readonly embedding: Float32Array;
}

export interface ReadDocuments {
  readonly reading: string;
  /** The number of the built-in vector space. */
  readonly space: number;
  readonly documents: readonly ReadDocument[];
}

// Whoever changes what is read does so alone: the statistics are sums over all of it, and every order of locks is one.
const LOCK = 72707370;

const SAVE = `WITH given AS MATERIALIZED (
    SELECT g.row_id, g.text_hash, g.terms::int[] AS terms, g.weights, g.embedding
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::sparsevec[], $5::vector[]) AS g(row_id, text_hash, terms, weights, embedding)
    JOIN issue i ON i.row_id = g.row_id AND i.text_hash = g.text_hash AND i.gone_at IS NULL),
  known AS MATERIALIZED (SELECT t.row_id, t.terms FROM search_terms t JOIN given USING (row_id)),
  changes AS (
    SELECT term, sum(n)::int AS n FROM (
      SELECT unnest(terms) AS term, 1 AS n FROM given UNION ALL SELECT unnest(terms), -1 FROM known
      UNION ALL SELECT 0, (SELECT count(*) FROM given) - (SELECT count(*) FROM known)) AS each
    GROUP BY term HAVING sum(n) <> 0),
  counted AS (
    INSERT INTO search_term (term, documents) SELECT term, n FROM changes
    ON CONFLICT (term) DO UPDATE SET documents = search_term.documents + excluded.documents),
  said AS (
    INSERT INTO search_terms (row_id, terms, weights) SELECT row_id, terms, weights FROM given
    ON CONFLICT (row_id) DO UPDATE SET terms = excluded.terms, weights = excluded.weights),
  placed AS (
    INSERT INTO search_embedding (space, row_id, text_hash, embedding)
    SELECT $6::int, row_id, text_hash, embedding FROM given
    ON CONFLICT (space, row_id) DO UPDATE SET text_hash = excluded.text_hash, embedding = excluded.embedding)
  INSERT INTO search_document (row_id, text_hash, reading) SELECT row_id, text_hash, $7 FROM given
  ON CONFLICT (row_id) DO UPDATE SET text_hash = excluded.text_hash, reading = excluded.reading, read_at = now()
  RETURNING row_id`;

/** Keeps what was read of texts that are still the issues' own, with the statistics of terms; how many those were. */
export async function saveDocuments(db: Pick<Db, "transaction">, read: ReadDocuments): Promise<number> {
  const { documents } = read;
  const { readVectorTypes, sparseList, vectorList } = await import("./vectors.ts");
  return db.transaction(async (tx) => {
    const types = await readVectorTypes(tx);
    const params = [
      documents.map(({ rowId }) => rowId),
      documents.map(({ textHash }) => textHash),
      documents.map(({ weights }) => `{${[...weights.keys()].join(",")}}`),
      sparseList(
        types,
        documents.map(({ weights }) => weights),
      ),
      vectorList(
        types,
        documents.map(({ embedding }) => embedding),
      ),
      read.space,
      read.reading,
    ];
    await lock(tx);
    return (await tx.rows(SAVE, params)).length;
  });
}

/** Forgets the texts of issues that are gone; how many there were. Vectors of those that may come back stay. */
export async function forgetGoneDocuments(db: Pick<Db, "transaction">, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    await lock(tx);
    const rows = await tx.rows(
      `WITH gone AS MATERIALIZED (
         SELECT d.row_id FROM search_document d LEFT JOIN issue i ON i.row_id = d.row_id AND i.gone_at IS NULL
         WHERE i.row_id IS NULL LIMIT $1),
       said AS (DELETE FROM search_terms t USING gone WHERE t.row_id = gone.row_id RETURNING t.terms),
       changes AS (
         SELECT term, sum(n)::int AS n FROM (
           SELECT unnest(terms) AS term, 1 AS n FROM said UNION ALL SELECT 0, (SELECT count(*) FROM said)) AS each
         GROUP BY term),
       counted AS (UPDATE search_term s SET documents = s.documents - c.n FROM changes c WHERE s.term = c.term),
       placed AS (DELETE FROM search_embedding e USING gone WHERE e.row_id = gone.row_id
         AND NOT EXISTS (SELECT FROM issue i WHERE i.row_id = e.row_id))
       DELETE FROM search_document d USING gone WHERE d.row_id = gone.row_id RETURNING d.row_id`,
      [limit],
    );
    if (rows.length > 0) await tx.rows("DELETE FROM search_term WHERE documents <= 0 AND term <> 0");
    return rows.length;
  });
}

/** In how many texts each of some terms occurs, and how many texts there are. */
export interface TermCounts {
  readonly documents: number;
  readonly of: ReadonlyMap<number, number>;
}

export async function readTermCounts(db: Query, terms: readonly number[]): Promise<TermCounts> {
  const rows = await db.rows<{ readonly term: number; readonly documents: number }>(
    "SELECT term, documents FROM search_term WHERE term = 0 OR term = ANY($1)",
    [terms],
  );
  const of = new Map(rows.map(({ term, documents }) => [term, documents]));
  return { documents: of.get(0) ?? 0, of };
}

async function lock(tx: Query): Promise<void> {
  await tx.rows("SELECT pg_advisory_xact_lock($1)", [LOCK]);
}

const COMMENTS_LOOKED_AT = 100;
const COMMENT_LENGTH = 4000;

/** The newest comments of issues, as texts to show a piece of. */
export async function readCommentTexts(
  db: Query,
  rowIds: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (rowIds.length === 0) return new Map();
  const rows = await db.rows<{ readonly row_id: string; readonly texts: readonly string[] }>(
    `SELECT ids.row_id, array(SELECT left(c.body, ${COMMENT_LENGTH}) FROM issue_comment c
       WHERE c.issue_row_id = ids.row_id ORDER BY c.created_at DESC LIMIT ${COMMENTS_LOOKED_AT}) AS texts
     FROM unnest($1::bigint[]) AS ids(row_id)`,
    [rowIds],
  );
  return new Map(rows.map(({ row_id, texts }) => [Number(row_id), texts]));
}
