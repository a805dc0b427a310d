import { type SweptRow, tombstoneIssue } from "#store";
import { type Job, savePage } from "./job.ts";

/** Asks what became of an issue that was not where it should be, and has the store agree: kept, or a tombstone. */
export async function reconcile(job: Job, row: SweptRow): Promise<void> {
  const missing = await job.tracker.resolveMissing({ id: row.id, key: row.key }, job.signal);
  switch (missing.kind) {
    case "there":
      return savePage(job, { issues: [missing.issue] });
    case "gone":
      if (await tombstoneIssue(job.db, job.claim, { rowId: row.rowId })) job.counts.gone++;
      return;
    case "moved":
      if (await tombstoneIssue(job.db, job.claim, { rowId: row.rowId, movedTo: missing.to }))
        job.counts.moved++;
      return;
  }
}
