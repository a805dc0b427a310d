import type { Db, Query } from "../db.ts";
import { holdProjectLease, type ProjectKey, type ProjectLease } from "./projects.ts";

/** An issue as a sweep needs it. */
export interface SweptRow {
  readonly rowId: number;
  readonly id: string;
  readonly key: string;
}

/** How many live issues a project has, and the newest row: what comes behind it was not there when a sweep began. */
export async function measureProject(
  db: Query,
  { tracker, project }: ProjectKey,
): Promise<{ readonly live: number; readonly lastRowId: number }> {
  const [row] = await db.rows<{ live: number; last: string }>(
    `SELECT count(*)::int AS live, coalesce(max(row_id), 0) AS last FROM issue
     WHERE tracker = $1 AND project = $2 AND gone_at IS NULL`,
    [tracker, project],
  );
  return { live: row?.live ?? 0, lastRowId: Number(row?.last ?? 0) };
}

/** The rows of these issues, as far as they are kept. */
export async function rowIdsOf(db: Query, tracker: string, ids: readonly string[]): Promise<number[]> {
  const rows = await db.rows<{ row_id: string }>(
    "SELECT row_id FROM issue WHERE tracker = $1 AND remote_id = ANY($2)",
    [tracker, ids],
  );
  return rows.map(({ row_id }) => Number(row_id));
}

/** Live issues of a project between two rows, in order. */
export async function listSweptRows(
  db: Query,
  { tracker, project }: ProjectKey,
  range: { readonly after: number; readonly until: number; readonly limit: number },
): Promise<SweptRow[]> {
  const rows = await db.rows<{ row_id: string; id: string; key: string }>(
    `SELECT row_id, remote_id AS id, key FROM issue
     WHERE project = $2 AND tracker = $1 AND row_id > $3 AND row_id <= $4 AND gone_at IS NULL
     ORDER BY row_id LIMIT $5`,
    [tracker, project, range.after, range.until, range.limit],
  );
  return rows.map(({ row_id, id, key }) => ({ rowId: Number(row_id), id, key }));
}

/** Issues whose count of comments differs from the comments kept, and was not found to be right like that. */
export async function listUnsettledRows(
  db: Query,
  { tracker, project }: ProjectKey,
  range: { readonly after: number; readonly limit: number },
): Promise<SweptRow[]> {
  const rows = await db.rows<{ row_id: string; id: string; key: string }>(
    `SELECT row_id, remote_id AS id, key FROM issue
     WHERE tracker = $1 AND project = $2 AND gone_at IS NULL AND comment_count <> kept_comments
       AND comment_count IS DISTINCT FROM settled_count AND row_id > $3
     ORDER BY row_id LIMIT $4`,
    [tracker, project, range.after, range.limit],
  );
  return rows.map(({ row_id, id, key }) => ({ rowId: Number(row_id), id, key }));
}

/**
 * Makes an issue a tombstone, unless it lives in another project by now; true when it was alive.
 * @throws sync_incomplete when another process reads the project by now
 */
export async function tombstoneIssue(
  db: Db,
  lease: ProjectLease,
  issue: { readonly rowId: number; readonly movedTo?: string },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await holdProjectLease(tx, lease);
    return (await writeTombstone(tx, lease, issue)).length > 0;
  });
}

function writeTombstone(
  tx: Query,
  { tracker, project }: ProjectKey,
  { rowId, movedTo }: { readonly rowId: number; readonly movedTo?: string },
): Promise<unknown[]> {
  return tx.rows(
    `UPDATE issue SET gone_at = clock_timestamp(), moved_to = $4
     WHERE row_id = $3 AND tracker = $1 AND project = $2 AND gone_at IS NULL RETURNING 1`,
    [tracker, project, rowId, movedTo],
  );
}
