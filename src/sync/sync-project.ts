import { isPreloopError, messageOf, systemClock } from "#base";
import {
  describeLeaseHolder,
  keepLease,
  markProject,
  newLeaseHolder,
  type ProjectEnd,
  type ProjectRow,
  releaseProject,
  renewProjectLease,
  takenOver,
} from "#store";
import type { Tracker } from "#trackers";
import { emptyCounts, type Job } from "./job.ts";
import { acquireLease } from "./lease.ts";
import { sweepProject } from "./sweep.ts";
import type { ProjectReport, SyncOptions } from "./types.ts";
import { walkChanges } from "./walk.ts";

const LEASE_MS = 60_000;

interface SyncRequest extends SyncOptions {
  readonly tracker: Tracker;
  readonly project: string;
}

/** Reads one project to its end, unless another process does; whatever fails is in the report. */
export async function syncProject(request: SyncRequest): Promise<ProjectReport> {
  const { tracker, project, clock = systemClock } = request;
  const began = clock.ticksMs();
  const counts = emptyCounts();
  const { outcome, swept = false, ...more } = await readUnlessBusy(request, { clock, counts }).catch(failed);
  const durationMs = Math.round(clock.ticksMs() - began);
  return { tracker: tracker.name, project, outcome, ...counts, swept, durationMs, ...more };
}

/** End of a run over one project, without what it counted. */
type RunEnd = Pick<ProjectReport, "outcome" | "error" | "reader"> & { readonly swept?: boolean };

function failed(error: unknown): RunEnd {
  const code = isPreloopError(error) ? error.code : "unexpected";
  return { outcome: "failed", error: { code, message: messageOf(error) } };
}

async function readUnlessBusy(request: SyncRequest, run: Pick<Job, "clock" | "counts">): Promise<RunEnd> {
  const { db, tracker, project, signal, leaseMs: forMs = LEASE_MS } = request;
  if (signal?.aborted) return { outcome: "stopped" };
  const lease = { tracker: tracker.name, project, owner: newLeaseHolder(), forMs };
  const row = await acquireLease(db, tracker, lease);
  if (row.reader !== lease.owner) return { outcome: "busy", reader: describeLeaseHolder(row.reader ?? "") };
  const kept = keepLease(() => renewProjectLease(db, lease), { forMs, signal });
  const { log, acceptLoss = false, onEvent } = request;
  const job: Job = { tracker, project, db, log, ...run, lease, acceptLoss, signal: kept.signal, onEvent };
  let end: ProjectEnd = { kind: "stopped" };
  try {
    const ended = await readProject(job, row, request.full);
    // What failed at the last sweep is not mended by waiting for the next.
    end = { kind: ended === "waits" ? "stopped" : "read" };
    return { outcome: "read", swept: ended === "swept" };
  } catch (error) {
    if (kept.isLost()) throw takenOver(project);
    if (signal?.aborted && isPreloopError(error, "request_cancelled")) return { outcome: "stopped" };
    end = { kind: "failed", error: messageOf(error) };
    throw error;
  } finally {
    kept.letGo();
    await releaseProject(db, lease, end).catch(() => {}); // the lease runs out by itself
  }
}

// A listing that lost most of a project costs as much as a whole one, and is seldom mended by the next run.
const LOOK_AGAIN_MS = 24 * 60 * 60_000;

/**
 * Reads a project: what changed, what is gone. Tells whether it was looked for what is gone, or waits since so much was
 * gone at the last sweep that it was not believed.
 */
async function readProject(
  job: Job,
  row: ProjectRow,
  full: SyncOptions["full"],
): Promise<"read" | "swept" | "waits"> {
  let { cursor, sweep } = row;
  const isFull = typeof full === "function" ? full(row.sweptAt) : full === true;
  if (isFull && sweep === undefined) {
    // Written down first: a full run that is killed is finished by the next run, full or not.
    await markProject(job.db, job.lease, { sweep: "walk", forgetCursor: true });
    [cursor, sweep] = [undefined, "walk"];
  }
  await walkChanges(job, { cursor, isAnew: sweep === "walk" });
  await markProject(job.db, job.lease, { synced: true, ...(sweep === "walk" && { sweep: "list" }) });
  if (sweep === undefined) return "read";
  if (sweep === "refused" && !isFull && !job.acceptLoss && !isDue(row.sweptAt, job)) return "waits";
  try {
    await sweepProject(job);
  } catch (error) {
    if (isPreloopError(error, "sync_incomplete") && !job.signal.aborted)
      await markProject(job.db, job.lease, { sweep: "refused", swept: true });
    throw error;
  }
  await markProject(job.db, job.lease, { sweep: null, swept: true });
  return "swept";
}

const isDue = (sweptAt: Date | undefined, { clock }: Job) =>
  clock.now().getTime() - (sweptAt?.getTime() ?? 0) > LOOK_AGAIN_MS;
