import type { Query } from "../db.ts";

/** Unembedded text: it has no vector in a space yet. */
export interface UnembeddedText {
  readonly rowId: number;
  readonly textHash: string;
  readonly title: string;
  readonly body: string;
  readonly comments: string;
}

// A model reads less than this.
const LONGEST_TEXT = 40_000;

/** Texts without a vector in a space, in the order of their rows. */
export async function listUnembeddedTexts(
  db: Query,
  {
    space,
    afterRowId,
    limit,
  }: { readonly space: number; readonly afterRowId: number; readonly limit: number },
): Promise<UnembeddedText[]> {
  const rows = await db.rows<Omit<UnembeddedText, "rowId"> & { readonly rowId: string }>(
    `WITH bare AS MATERIALIZED (
       SELECT d.row_id, d.text_hash FROM search_document d
       LEFT JOIN search_embedding e ON e.space = $1 AND e.row_id = d.row_id AND e.text_hash = d.text_hash
       WHERE e.row_id IS NULL AND d.row_id > $2 ORDER BY d.row_id LIMIT $3)
     SELECT i.row_id AS "rowId", i.text_hash AS "textHash", i.title, left(i.body, ${LONGEST_TEXT}) AS body,
       coalesce((SELECT left(string_agg(c.body, E'\\n\\n' ORDER BY c.created_at, c.remote_id COLLATE "C"), ${LONGEST_TEXT})
         FROM issue_comment c WHERE c.issue_row_id = i.row_id), '') AS comments
     FROM bare JOIN issue i ON i.row_id = bare.row_id AND i.text_hash = bare.text_hash ORDER BY i.row_id`,
    [space, afterRowId, limit],
  );
  return rows.map((row) => ({ ...row, rowId: Number(row.rowId) }));
}

/** Gives texts the vectors that the same texts have elsewhere in the space; the rows that got one. */
export async function reuseEmbeddings(
  db: Query,
  space: number,
  rowIds: readonly number[],
): Promise<number[]> {
  const rows = await db.rows<{ readonly row_id: string }>(
    `INSERT INTO search_embedding (space, row_id, text_hash, embedding)
     SELECT DISTINCT ON (d.row_id) $1::int, d.row_id, d.text_hash, e.embedding
     FROM search_document d JOIN search_embedding e ON e.space = $1 AND e.text_hash = d.text_hash
     WHERE d.row_id = ANY($2)
     ON CONFLICT (space, row_id) DO UPDATE SET text_hash = excluded.text_hash, embedding = excluded.embedding
     RETURNING row_id`,
    [space, rowIds],
  );
  return rows.map(({ row_id }) => Number(row_id));
}

export interface NewEmbedding {
  readonly rowId: number;
  readonly textHash: string;
  readonly embedding: Float32Array;
}

/** Keeps vectors of texts that are still what was embedded; how many those were. */
export async function saveEmbeddings(
  db: Query,
  space: number,
  embeddings: readonly NewEmbedding[],
): Promise<number> {
  const { readVectorTypes, vectorList } = await import("./vectors.ts");
  const types = await readVectorTypes(db);
  const rows = await db.rows(
    `INSERT INTO search_embedding (space, row_id, text_hash, embedding)
     SELECT $1::int, g.row_id, g.text_hash, g.embedding
     FROM unnest($2::bigint[], $3::text[], $4::vector[]) AS g(row_id, text_hash, embedding)
     JOIN search_document d ON d.row_id = g.row_id AND d.text_hash = g.text_hash
     WHERE EXISTS (SELECT FROM search_space s WHERE s.number = $1)
     ON CONFLICT (space, row_id) DO UPDATE SET text_hash = excluded.text_hash, embedding = excluded.embedding
     RETURNING row_id`,
    [
      space,
      embeddings.map(({ rowId }) => rowId),
      embeddings.map(({ textHash }) => textHash),
      vectorList(
        types,
        embeddings.map(({ embedding }) => embedding),
      ),
    ],
  );
  return rows.length;
}
