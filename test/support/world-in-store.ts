import type { Db } from "#store";
import type { World } from "./scripted-tracker.ts";

/** Everything that a store keeps of issues, without what differs from one run to the next. */
export async function keptIn(db: Db): Promise<unknown> {
  const issues = await db.rows(
    `SELECT remote_id, project, key, url, title, body, state, status, labels, created_at, updated_at, comment_count,
       kept_comments, content_hash, text_hash, gone_at IS NOT NULL AS gone, moved_to
     FROM issue ORDER BY tracker, remote_id COLLATE "C"`,
  );
  const comments = await db.rows(
    `SELECT c.remote_id, i.remote_id AS issue, c.body, c.created_at, c.updated_at
     FROM issue_comment c JOIN issue i ON i.row_id = c.issue_row_id WHERE i.gone_at IS NULL
     ORDER BY c.tracker, c.remote_id COLLATE "C"`,
  );
  return { issues, comments };
}

/** The live issues with their comments, in few words, as the store has them. */
export async function shownBy(db: Db): Promise<readonly string[]> {
  const rows = await db.rows<{ line: string }>(
    `SELECT concat_ws(' | ', i.project, i.key, i.title, i.updated_at AT TIME ZONE 'UTC',
       (SELECT string_agg(c.remote_id || '=' || c.body, ' ' ORDER BY c.created_at, c.remote_id COLLATE "C")
        FROM issue_comment c WHERE c.issue_row_id = i.row_id)) AS line
     FROM issue i WHERE i.gone_at IS NULL`,
  );
  return rows.map(({ line }) => line).sort();
}

/** The same of a world. */
export function shownIn(world: World): readonly string[] {
  return [...world.issues.values()]
    .map(({ issue, comments }) =>
      [
        issue.project,
        issue.key,
        issue.title,
        issue.updatedAt.toISOString().replace("T", " ").replace(".000Z", ""),
        ...(comments.length > 0 ? [comments.map(({ id, body }) => `${id}=${body}`).join(" ")] : []),
      ].join(" | "),
    )
    .sort();
}
