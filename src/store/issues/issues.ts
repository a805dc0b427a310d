import type { IssueComment, IssueState } from "#model";
import { known } from "../approvals/approval-rows.ts";
import type { Query } from "../db.ts";
import { ISSUE_COLUMNS, type IssueRow, type IssueSqlRow, readIssueRow } from "./issue-rows.ts";

/** One issue: by its tracker's id, or by its key where the tracker need not be known. */
export type IssueWhere =
  | { readonly tracker: string; readonly id: string }
  | { readonly tracker?: string; readonly key: string };

/** The live issue that is meant; of several with one key, the one that was seen last. */
export async function findIssueRow(db: Query, where: IssueWhere): Promise<IssueRow | undefined> {
  const [column, value] = "id" in where ? ["remote_id", where.id] : ["key", where.key];
  const [row] = await db.rows<IssueSqlRow>(
    `SELECT ${ISSUE_COLUMNS} FROM issue i
     WHERE i.${column} = $1 AND ($2::text IS NULL OR i.tracker = $2) AND i.gone_at IS NULL
     ORDER BY i.seen_at DESC LIMIT 1`,
    [value, where.tracker],
  );
  return row && readIssueRow(row);
}

/** Filter for live issues; what is left out does not narrow. */
export interface IssueFilter {
  readonly rowIds?: readonly number[];
  readonly keys?: readonly string[];
  readonly tracker?: string;
  readonly project?: string;
  readonly state?: IssueState;
  /** Only rows behind this one: the way to page. */
  readonly afterRowId?: number;
  /** 100 without it. */
  readonly limit?: number;
}

/** Live issues in the order of their rows. */
export async function listIssueRows(db: Query, filter: IssueFilter = {}): Promise<IssueRow[]> {
  const rows = await db.rows<IssueSqlRow>(
    `SELECT ${ISSUE_COLUMNS} FROM issue i
     WHERE i.gone_at IS NULL AND i.row_id > $1
       AND ($2::bigint[] IS NULL OR i.row_id = ANY($2)) AND ($3::text[] IS NULL OR i.key = ANY($3))
       AND ($4::text IS NULL OR i.tracker = $4) AND ($5::text IS NULL OR i.project = $5)
       AND ($6::text IS NULL OR i.state = $6)
     ORDER BY i.row_id LIMIT $7`,
    [
      filter.afterRowId ?? 0,
      filter.rowIds,
      filter.keys,
      filter.tracker,
      filter.project,
      filter.state,
      filter.limit ?? 100,
    ],
  );
  return rows.map(readIssueRow);
}

interface CommentSqlRow {
  readonly remote_id: string;
  readonly author: string | null;
  readonly body: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The comments of an issue, oldest first. */
export async function listCommentRows(db: Query, rowId: number): Promise<IssueComment[]> {
  const rows = await db.rows<CommentSqlRow>(
    `SELECT remote_id, author, body, created_at, updated_at FROM issue_comment
     WHERE issue_row_id = $1 ORDER BY created_at, remote_id COLLATE "C"`,
    [rowId],
  );
  return rows.map((row) => ({
    id: row.remote_id,
    body: row.body,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...known({ author: row.author }),
  }));
}
