import type { Db, Query } from "../db.ts";

/** Issue whose similar ones must be looked for. */
export interface DueIssue {
  readonly rowId: number;
  readonly title: string;
  readonly body: string;
  readonly createdAt: Date;
  readonly textHash: string;
}

/** Indexed issues that are new or have changed since similar ones were looked for, or whose similar ones have. */
export async function listDueIssues(db: Query, afterRowId: number, limit: number): Promise<DueIssue[]> {
  const rows = await db.rows<Omit<DueIssue, "rowId"> & { readonly rowId: string }>(
    `SELECT i.row_id AS "rowId", i.title, i.body, i.created_at AS "createdAt", d.text_hash AS "textHash"
     FROM search_document d JOIN issue i ON i.row_id = d.row_id AND i.gone_at IS NULL
     LEFT JOIN duplicate_check c ON c.row_id = d.row_id AND c.text_hash = d.text_hash AND NOT c.is_due
     WHERE c.row_id IS NULL AND d.row_id > $1 ORDER BY d.row_id LIMIT $2`,
    [afterRowId, limit],
  );
  return rows.map((row) => ({ ...row, rowId: Number(row.rowId) }));
}

/** Issue that is similar to another, and how much. */
export interface SimilarIssue {
  readonly rowId: number;
  readonly likeness: number;
}

/**
 * Keeps what is similar to an issue. When its text has changed, those that it was similar to are due too: it may be so
 * no more.
 */
export async function saveSimilarIssues(
  db: Db,
  { rowId, textHash }: DueIssue,
  near: readonly SimilarIssue[],
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows(
      `UPDATE duplicate_check SET is_due = true
       WHERE EXISTS (SELECT FROM duplicate_check c WHERE c.row_id = $1 AND c.text_hash <> $2)
         AND row_id IN (SELECT row_id FROM duplicate_near WHERE near_row_id = $1)`,
      [rowId, textHash],
    );
    await tx.rows("DELETE FROM duplicate_near WHERE row_id = $1", [rowId]);
    await tx.rows(
      `INSERT INTO duplicate_near (row_id, near_row_id, likeness)
       SELECT $1::bigint, near, likeness FROM unnest($2::bigint[], $3::float8[]) AS n(near, likeness)
       ON CONFLICT (row_id, near_row_id) DO UPDATE SET likeness = excluded.likeness`,
      [rowId, near.map((one) => one.rowId), near.map((one) => one.likeness)],
    );
    await tx.rows(
      `INSERT INTO duplicate_check (row_id, text_hash) VALUES ($1, $2)
       ON CONFLICT (row_id) DO UPDATE SET text_hash = excluded.text_hash, is_due = false, checked_at = now()`,
      [rowId, textHash],
    );
  });
}

export interface PairFilter {
  readonly project?: string | undefined;
  readonly threshold?: number | undefined;
  readonly limit: number;
  /** Also pairs that are linked, closed on both sides, or unrelated by a verdict. */
  readonly all?: boolean | undefined;
}

/** Two issues that are alike, the older one first, and the verdicts on their texts. */
export interface PairRow {
  readonly older: number;
  readonly newer: number;
  readonly likeness: number;
  readonly verdicts: readonly VerdictRow[];
}

export interface VerdictRow {
  readonly judge: string;
  readonly verdict: "duplicate" | "overlapping" | "unrelated";
  readonly reason: string;
}

/** Alike pairs, the likeliest first; a person's word counts more than a model's. */
export async function listPairRows(
  db: Query,
  { project, threshold, limit, all = false }: PairFilter,
): Promise<PairRow[]> {
  const rows = await db.rows<
    Omit<PairRow, "older" | "newer"> & { readonly older: string; readonly newer: string }
  >(
    `WITH pair AS (
       SELECT least(row_id, near_row_id) AS one, greatest(row_id, near_row_id) AS other, max(likeness) AS likeness
       FROM duplicate_near WHERE likeness >= $1 GROUP BY 1, 2),
     judged AS (
       SELECT CASE WHEN (a.created_at, a.row_id) <= (b.created_at, b.row_id) THEN a.row_id ELSE b.row_id END AS older,
         CASE WHEN (a.created_at, a.row_id) <= (b.created_at, b.row_id) THEN b.row_id ELSE a.row_id END AS newer,
         likeness, a.state = 'closed' AND b.state = 'closed' AS is_over,
         EXISTS (SELECT FROM issue_link l WHERE l.kind IN ('duplicates', 'duplicated_by')
           AND ((l.issue_row_id = a.row_id AND (l.target = b.key OR l.target_id = b.remote_id))
             OR (l.issue_row_id = b.row_id AND (l.target = a.key OR l.target_id = a.remote_id)))) AS is_linked,
         (SELECT coalesce(json_agg(json_build_object('judge', v.judge, 'verdict', v.verdict, 'reason', v.reason)
            ORDER BY v.judge LIKE 'person:%' DESC, v.judged_at DESC), '[]') FROM duplicate_verdict v
          WHERE v.first_hash = least(a.content_hash, b.content_hash)
            AND v.second_hash = greatest(a.content_hash, b.content_hash)) AS verdicts
       FROM pair JOIN issue a ON a.row_id = pair.one AND a.gone_at IS NULL
       JOIN issue b ON b.row_id = pair.other AND b.gone_at IS NULL
       WHERE $2::text IS NULL OR a.project = $2 OR b.project = $2)
     SELECT older, newer, likeness, verdicts FROM judged
     WHERE $3 OR (NOT is_over AND NOT is_linked AND coalesce(verdicts -> 0 ->> 'verdict', '') <> 'unrelated')
     ORDER BY likeness DESC, older, newer LIMIT $4`,
    [threshold ?? 0, project, all, limit],
  );
  return rows.map((row) => ({ ...row, older: Number(row.older), newer: Number(row.newer) }));
}

/** Keeps a verdict on two texts, in place of an earlier one by the same judge. */
export async function saveVerdict(
  db: Query,
  hashes: readonly [string, string],
  { judge, verdict, reason }: VerdictRow,
): Promise<void> {
  const [first, second] = [...hashes].sort();
  await db.rows(
    `INSERT INTO duplicate_verdict (first_hash, second_hash, judge, verdict, reason) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (first_hash, second_hash, judge)
       DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason, judged_at = now()`,
    [first, second, judge, verdict, reason],
  );
}
