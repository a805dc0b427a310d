import { type Clock, type Log, PreloopError } from "#base";
import type { Db, ProjectLease, SavedIssues, SeenPage } from "#store";
import { saveChanges } from "#store";
import type { Tracker } from "#trackers";
import type { SyncCounts, SyncEvent, SyncOptions } from "./types.ts";

/** A run over one project: what it reads from, writes to and counts. */
export interface Job {
  readonly tracker: Tracker;
  readonly project: string;
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
  readonly lease: ProjectLease;
  readonly acceptLoss: boolean;
  /** Aborted when the run is to end, and when another process took over. */
  readonly signal: AbortSignal;
  readonly counts: { -readonly [Name in keyof SyncCounts]: SyncCounts[Name] };
  readonly onEvent: SyncOptions["onEvent"];
}

/** Counts of nothing yet. */
export function emptyCounts(): Job["counts"] {
  return { added: 0, changed: 0, unchanged: 0, comments: 0, gone: 0, moved: 0, pages: 0 };
}

/** Saves what was seen, and counts it. */
export async function savePage(job: Job, page: Partial<SeenPage>): Promise<void> {
  const saved: SavedIssues = await saveChanges(job.db, job.lease, {
    issues: [],
    comments: [],
    isAnew: false,
    ...page,
  });
  job.counts.added += saved.added;
  job.counts.changed += saved.changed;
  job.counts.unchanged += saved.unchanged;
  job.counts.comments += saved.comments;
}

/** @throws request_cancelled when the run is to end */
export function throwIfStopped({ signal }: Job): void {
  if (signal.aborted) throw new PreloopError("request_cancelled", "The run was stopped");
}

type EmittedEvent<Event> = Event extends unknown ? Omit<Event, "tracker" | "project"> : never;

/** Hands an event to whoever follows the run. */
export function emit(job: Job, event: EmittedEvent<Exclude<SyncEvent, { readonly kind: "done" }>>): void {
  job.onEvent?.({ tracker: job.tracker.name, project: job.project, ...event });
}
