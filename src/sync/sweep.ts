import { PreloopError } from "#base";
import { listSweptRows, measureProject, rowIdsOf, type SweptRow } from "#store";
import { emit, type Job, throwIfStopped } from "./job.ts";
import { readAhead } from "./read-ahead.ts";
import { reconcile } from "./reconcile.ts";
import { createRowSet, type RowSet } from "./row-set.ts";

/**
 * Looks for issues that the tracker lists no longer, and asks about each before it becomes a tombstone.
 * @throws sync_incomplete when implausibly many are missing
 */
export async function sweepProject(job: Job): Promise<void> {
  const { live, lastRowId } = await measureProject(job.db, job.lease);
  const seen = createRowSet(lastRowId);
  let listed = 0;
  for await (const ids of readAhead(job.tracker.listIds(job.project, job.signal))) {
    listed += ids.length;
    for (const rowId of await rowIdsOf(job.db, job.tracker.name, ids)) seen.add(rowId);
    emit(job, { kind: "listed", listed, live });
    throwIfStopped(job);
  }
  const missing = await missingRows(job, seen, lastRowId);
  if (!job.acceptLoss) refuseImplausible(job, { live, listed, missing: missing.length });
  for (const row of missing) {
    throwIfStopped(job);
    await reconcile(job, row);
  }
}

const ROWS_PER_LOOK = 1000;

async function missingRows(job: Job, seen: RowSet, until: number): Promise<SweptRow[]> {
  const missing: SweptRow[] = [];
  for (let after = 0; ; ) {
    const rows = await listSweptRows(job.db, job.lease, { after, until, limit: ROWS_PER_LOOK });
    missing.push(...rows.filter(({ rowId }) => !seen.has(rowId)));
    if (rows.length < ROWS_PER_LOOK) return missing;
    after = rows.at(-1)!.rowId;
  }
}

/** So few may go at once without a word, whatever share of the project they are. */
const FEW = 10;

// A token that lost its rights, or a search index that is being rebuilt, shows an empty project and no error.
function refuseImplausible(
  { project }: Job,
  { live, listed, missing }: { readonly live: number; readonly listed: number; readonly missing: number },
): void {
  const isImplausible = (missing > FEW && missing > live / 2) || (listed === 0 && live > 2);
  if (!isImplausible) return;
  throw new PreloopError(
    "sync_incomplete",
    `The tracker lists ${listed} issues of ${project} and no longer ${missing} of the ${live} that are kept; nothing was ` +
      "taken away. Check what the token may see; if they are really gone, run preloop sync --full --accept-loss",
    { data: { live, listed, missing } },
  );
}
