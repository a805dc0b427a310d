import type { Issue } from "#model";
import type { Db } from "../db.ts";
import type { SeenComments } from "./issue-inputs.ts";
import { type SavedIssues, saveIssues } from "./issue-save.ts";
import { holdProjectLease, type ProjectLease, type SweepPhase } from "./projects.ts";

/** Page of changes as it is to be kept. */
export interface SeenPage {
  readonly issues: readonly Issue[];
  readonly comments: readonly SeenComments[];
  /** What was seen besides the listing has none. */
  readonly cursor?: string;
  readonly isAnew: boolean;
}

/**
 * Keeps a page and the cursor behind it, both or neither, and renews the lease.
 * @throws sync_incomplete when another process reads the project by now
 */
export async function saveChanges(db: Db, lease: ProjectLease, page: SeenPage): Promise<SavedIssues> {
  return db.transaction(async (tx) => {
    await holdProjectLease(tx, lease);
    await tx.rows("UPDATE project SET cursor = coalesce($3, cursor) WHERE tracker = $1 AND project = $2", [
      lease.tracker,
      lease.project,
      page.cursor,
    ]);
    return saveIssues(tx, { tracker: lease.tracker, ...page });
  });
}

/** Step of a reading, besides its cursor. */
export interface ProjectStep {
  /** Begin anew with the next page. */
  readonly forgetCursor?: boolean;
  /** What the full run does next; null when it is done. */
  readonly sweep?: SweepPhase | null;
  readonly synced?: boolean;
  readonly swept?: boolean;
}

/** Writes a step of a reading down. @throws sync_incomplete when another process reads the project by now */
export async function markProject(db: Db, lease: ProjectLease, step: ProjectStep): Promise<void> {
  await db.transaction(async (tx) => {
    await holdProjectLease(tx, lease);
    await tx.rows(
      `UPDATE project SET cursor = CASE WHEN $3 THEN NULL ELSE cursor END,
         sweep = CASE WHEN $4 THEN $5 ELSE sweep END,
         synced_at = CASE WHEN $6 THEN clock_timestamp() ELSE synced_at END,
         swept_at = CASE WHEN $7 THEN clock_timestamp() ELSE swept_at END
       WHERE tracker = $1 AND project = $2`,
      [
        lease.tracker,
        lease.project,
        step.forgetCursor === true,
        step.sweep !== undefined,
        step.sweep,
        step.synced === true,
        step.swept === true,
      ],
    );
  });
}
