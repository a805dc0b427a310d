import { messageOf } from "#base";
import type { Issue, IssueComment } from "#model";
import { findIssueRow, listCommentRows, saveIssues } from "#store";
import type { Desk } from "./desk.ts";
import type { Found } from "./find-tracker.ts";

/** An issue as the store holds it. */
export interface Kept {
  readonly issue: Issue;
  readonly seenAt: Date;
  readonly comments: () => Promise<readonly IssueComment[]>;
}

/** What the store has of an issue. A store that cannot be reached has nothing: the tracker is asked instead. */
export async function readKept({ tracker, key }: Found, desk: Desk): Promise<Kept | undefined> {
  try {
    const db = await desk.db();
    const row = await findIssueRow(db, { tracker: tracker.name, key });
    return row && { issue: row, seenAt: row.seenAt, comments: () => listCommentRows(db, row.rowId) };
  } catch (error) {
    desk.log.warn(`${key} is not read from the store: ${messageOf(error)}`);
    return undefined;
  }
}

/** Keeps what a tracker just said. What was read or written stays true where the store cannot be reached. */
export async function keepIssue(
  issue: Issue,
  comments: readonly IssueComment[] | undefined,
  desk: Desk,
): Promise<void> {
  try {
    const db = await desk.db();
    await db.transaction((tx) =>
      saveIssues(tx, {
        tracker: issue.tracker,
        issues: [issue],
        ...(comments && { comments: [{ issueId: issue.id, comments, isComplete: true }] }),
      }),
    );
    desk.changed();
  } catch (error) {
    desk.log.warn(`${issue.key} is not kept: ${messageOf(error)}`);
  }
}
