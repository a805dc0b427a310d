import { buryIssue, type SweptRow } from "#store";
import { type Job, keep } from "./job.ts";

/** Asks what became of an issue that was not where it should be, and writes that down. */
export async function lookAfter(job: Job, row: SweptRow): Promise<void> {
  const fate = await job.tracker.findOut({ id: row.id, key: row.key }, job.signal);
  switch (fate.kind) {
    case "there":
      return keep(job, { issues: [fate.issue] });
    case "gone":
      if (await buryIssue(job.db, job.claim, { rowId: row.rowId })) job.tally.gone++;
      return;
    case "moved":
      if (await buryIssue(job.db, job.claim, { rowId: row.rowId, movedTo: fate.to })) job.tally.moved++;
      return;
  }
}
