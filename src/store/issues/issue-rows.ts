import * as z from "zod";
import { type Issue, type IssueState, LINK_KINDS } from "#model";
import { known } from "../approvals/approval-rows.ts";

/** An issue as it is kept. */
export interface IssueRow extends Issue {
  readonly rowId: number;
  /** SHA-256 over title and body. */
  readonly contentHash: string;
  /** SHA-256 over title, body and all comments in order. */
  readonly textHash: string;
  /** When it was last read from its tracker, give or take ten minutes. */
  readonly seenAt: Date;
}

/** What every read of issues selects; `i` is the issue. */
export const ISSUE_COLUMNS = `i.row_id, i.tracker, i.remote_id, i.project, i.key, i.url, i.title, i.body, i.raw_body,
  i.is_lossy, i.state, i.status, i.type, i.priority, i.labels, i.assignee, i.assignee_name, i.author, i.created_at,
  i.updated_at, i.closed_at, i.comment_count, i.content_hash, i.text_hash, i.seen_at,
  (SELECT coalesce(json_agg(json_build_object('kind', l.kind, 'target', l.target, 'targetId', l.target_id)
     ORDER BY l.kind, l.target), '[]')
   FROM issue_link l WHERE l.issue_row_id = i.row_id) AS links`;

/** One row of {@link ISSUE_COLUMNS}. */
export interface IssueSqlRow {
  readonly row_id: string;
  readonly tracker: string;
  readonly remote_id: string;
  readonly project: string;
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly raw_body: string | null;
  readonly is_lossy: boolean;
  readonly state: IssueState;
  readonly status: string;
  readonly type: string | null;
  readonly priority: string | null;
  readonly labels: readonly string[];
  readonly assignee: string | null;
  readonly assignee_name: string | null;
  readonly author: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly closed_at: Date | null;
  readonly comment_count: number | null;
  readonly content_hash: string;
  readonly text_hash: string;
  readonly seen_at: Date;
  readonly links: unknown;
}

const links = z.array(
  z
    .object({ kind: z.enum(LINK_KINDS), target: z.string(), targetId: z.string().nullable() })
    .transform(({ kind, target, targetId }) => ({ kind, target, ...known({ targetId }) })),
);

/** An issue from a row of {@link ISSUE_COLUMNS}. */
export function readIssueRow(row: IssueSqlRow): IssueRow {
  return {
    rowId: Number(row.row_id),
    tracker: row.tracker,
    id: row.remote_id,
    project: row.project,
    key: row.key,
    url: row.url,
    title: row.title,
    body: row.body,
    isLossy: row.is_lossy,
    state: row.state,
    status: row.status,
    labels: row.labels,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    links: links.parse(row.links),
    contentHash: row.content_hash,
    textHash: row.text_hash,
    seenAt: row.seen_at,
    ...known({
      rawBody: row.raw_body,
      type: row.type,
      priority: row.priority,
      assignee: row.assignee,
      assigneeName: row.assignee_name,
      author: row.author,
      closedAt: row.closed_at,
      commentCount: row.comment_count,
    }),
  };
}
