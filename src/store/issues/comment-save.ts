import { batchesOf } from "../batches.ts";
import type { Query } from "../db.ts";
import { type CommentInput, commentInputs, type SeenComments } from "./issue-inputs.ts";

/** Writes comments down where they differ; the rows of the issues that this touched, and how many comments. */
export async function saveComments(
  tx: Query,
  tracker: string,
  sets: readonly SeenComments[],
): Promise<{ readonly rowIds: readonly string[]; readonly count: number }> {
  const touched: string[] = [];
  for (const batch of batchesOf(commentInputs(sets), ({ comment }) => comment.body.length))
    touched.push(...(await upsert(tx, tracker, batch)));
  for (const { issueId, comments, isComplete } of sets)
    if (isComplete)
      touched.push(
        ...(await removeOthers(
          tx,
          tracker,
          issueId,
          comments.map(({ id }) => id),
        )),
      );
  return { rowIds: [...new Set(touched)], count: touched.length };
}

/** Notes that a tracker's count of comments is what it is, for issues whose comments were read whole. */
export async function countSettled(tx: Query, tracker: string, sets: readonly SeenComments[]): Promise<void> {
  const whole = sets.filter(({ isComplete }) => isComplete).map(({ issueId }) => issueId);
  if (whole.length === 0) return;
  await tx.rows(
    `UPDATE issue SET settled_count = comment_count
     WHERE tracker = $1 AND remote_id = ANY($2) AND comment_count <> kept_comments
       AND settled_count IS DISTINCT FROM comment_count`,
    [tracker, whole],
  );
}

// A comment that moved from one issue to another leaves a hash behind in the first, so that one is touched too.
const UPSERT = `WITH given AS (
    SELECT g.*, i.row_id FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
      $7::timestamptz[], $8::text[]) AS g (issue_id, remote_id, author, body, created_at, updated_at, body_hash)
    JOIN issue i ON i.tracker = $1 AND i.remote_id = g.issue_id),
  old AS (
    SELECT c.remote_id, c.issue_row_id FROM issue_comment c
    WHERE c.tracker = $1 AND c.remote_id = ANY($3::text[])),
  saved AS (
    INSERT INTO issue_comment AS c (tracker, remote_id, issue_row_id, author, body, created_at, updated_at, body_hash)
    SELECT $1, remote_id, row_id, author, body, created_at, updated_at, body_hash FROM given
    ON CONFLICT (tracker, remote_id) DO UPDATE SET issue_row_id = excluded.issue_row_id, author = excluded.author,
      body = excluded.body, created_at = excluded.created_at, updated_at = excluded.updated_at,
      body_hash = excluded.body_hash
    WHERE c.updated_at <= excluded.updated_at
      AND (c.issue_row_id, c.author, c.created_at, c.updated_at, c.body_hash) IS DISTINCT FROM
        (excluded.issue_row_id, excluded.author, excluded.created_at, excluded.updated_at, excluded.body_hash)
    RETURNING c.remote_id, c.issue_row_id)
  SELECT saved.issue_row_id, old.issue_row_id AS left_row_id
  FROM saved LEFT JOIN old ON old.remote_id = saved.remote_id AND old.issue_row_id <> saved.issue_row_id`;

async function upsert(tx: Query, tracker: string, batch: readonly CommentInput[]): Promise<string[]> {
  const rows = await tx.rows<{ issue_row_id: string; left_row_id: string | null }>(UPSERT, [
    tracker,
    batch.map(({ issueId }) => issueId),
    batch.map(({ comment }) => comment.id),
    batch.map(({ comment }) => comment.author),
    batch.map(({ comment }) => comment.body),
    batch.map(({ comment }) => comment.createdAt),
    batch.map(({ comment }) => comment.updatedAt),
    batch.map(({ bodyHash }) => bodyHash),
  ]);
  return rows.flatMap(({ issue_row_id, left_row_id }) => [
    issue_row_id,
    ...(left_row_id ? [left_row_id] : []),
  ]);
}

async function removeOthers(
  tx: Query,
  tracker: string,
  issueId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ issue_row_id: string }>(
    `DELETE FROM issue_comment c USING issue i
     WHERE i.tracker = $1 AND i.remote_id = $2 AND c.issue_row_id = i.row_id AND c.remote_id <> ALL($3::text[])
     RETURNING c.issue_row_id`,
    [tracker, issueId, ids],
  );
  return rows.map(({ issue_row_id }) => issue_row_id);
}
