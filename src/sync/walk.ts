import { isPreloopError } from "#base";
import { listUnsettledRows, markProject } from "#store";
import { emit, type Job, savePage, throwIfStopped } from "./job.ts";
import { readAhead } from "./read-ahead.ts";
import { reconcile } from "./reconcile.ts";

/** Reads what changed since the cursor, each page kept together with the cursor behind it. */
export async function walkChanges(
  job: Job,
  from: { readonly cursor: string | undefined; readonly isAnew: boolean },
): Promise<void> {
  try {
    await readPages(job, from);
  } catch (error) {
    if (from.cursor === undefined || !isPreloopError(error, "cursor_refused")) throw error;
    job.log.warn("the tracker takes the cursor no longer; everything is read anew", {
      tracker: job.tracker.name,
      project: job.project,
    });
    await markProject(job.db, job.lease, { forgetCursor: true });
    await readPages(job, { ...from, cursor: undefined });
  }
  await settleComments(job);
}

async function readPages(
  job: Job,
  { cursor, isAnew }: { readonly cursor: string | undefined; readonly isAnew: boolean },
): Promise<void> {
  for await (const page of readAhead(job.tracker.changes(job.project, cursor, job.signal))) {
    await savePage(job, { issues: page.issues, comments: page.comments, cursor: page.cursor, isAnew });
    job.counts.pages++;
    const total = page.total === undefined ? {} : { total: page.total };
    emit(job, { kind: "page", counts: { ...job.counts }, ...total });
    throwIfStopped(job);
  }
}

const ROWS_PER_LOOK = 100;

/**
 * Where the tracker counts other comments than are kept, some were deleted or came while their list was read: then all
 * of the issue's are read.
 */
async function settleComments(job: Job): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await listUnsettledRows(job.db, job.lease, { after, limit: ROWS_PER_LOOK });
    for (const row of rows) {
      throwIfStopped(job);
      await readComments(job, row);
    }
    if (rows.length < ROWS_PER_LOOK) return;
    after = rows.at(-1)!.rowId;
  }
}

async function readComments(
  job: Job,
  row: { readonly rowId: number; readonly id: string; readonly key: string },
): Promise<void> {
  try {
    const comments = await job.tracker.getComments(row.key, job.signal);
    await savePage(job, { comments: [{ issueId: row.id, comments, isComplete: true }] });
  } catch (error) {
    // Deleted between the listing and this look.
    if (!isPreloopError(error, "issue_unknown")) throw error;
    await reconcile(job, row);
  }
}
