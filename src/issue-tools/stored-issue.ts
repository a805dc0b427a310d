import { messageOf } from "#base";
import type { Issue, IssueComment } from "#model";
import { findIssueRow, listCommentRows, saveIssues } from "#store";
import type { IssueAddress } from "./find-tracker.ts";
import type { IssueServices } from "./issue-services.ts";

/** An issue as the store holds it. */
export interface StoredIssue {
  readonly issue: Issue;
  readonly seenAt: Date;
  readonly comments: () => Promise<readonly IssueComment[]>;
}

/** What the store has of an issue. A store that cannot be reached has nothing: the tracker is asked instead. */
export async function readStoredIssue(
  { tracker, key }: IssueAddress,
  services: IssueServices,
): Promise<StoredIssue | undefined> {
  try {
    const db = await services.db();
    const row = await findIssueRow(db, { tracker: tracker.name, key });
    return row && { issue: row, seenAt: row.seenAt, comments: () => listCommentRows(db, row.rowId) };
  } catch (error) {
    services.log.warn(`${key} is not read from the store: ${messageOf(error)}`);
    return undefined;
  }
}

/** Keeps what a tracker just said. What was read or written stays true where the store cannot be reached. */
export async function storeIssue(
  issue: Issue,
  comments: readonly IssueComment[] | undefined,
  services: IssueServices,
): Promise<void> {
  try {
    const db = await services.db();
    await db.transaction((tx) =>
      saveIssues(tx, {
        tracker: issue.tracker,
        issues: [issue],
        ...(comments && { comments: [{ issueId: issue.id, comments, isComplete: true }] }),
      }),
    );
    services.onStored();
  } catch (error) {
    services.log.warn(`${issue.key} is not kept: ${messageOf(error)}`);
  }
}
