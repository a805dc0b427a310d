import { type Clock, type Log, PreloopError } from "#base";
import type { Db, ProjectClaim, SavedIssues, SeenPage } from "#store";
import { saveChanges } from "#store";
import type { Tracker } from "#trackers";
import type { SyncEvent, SyncOptions, Tally } from "./types.ts";

/** The reading of one project, for one run. */
export interface Job {
  readonly tracker: Tracker;
  readonly project: string;
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
  readonly claim: ProjectClaim;
  readonly acceptLoss: boolean;
  /** Aborted when the run is to end, and when another process took over. */
  readonly signal: AbortSignal;
  readonly tally: { -readonly [Name in keyof Tally]: Tally[Name] };
  readonly tell: SyncOptions["onEvent"];
}

/** A count of nothing yet. */
export function emptyTally(): Job["tally"] {
  return { added: 0, changed: 0, unchanged: 0, comments: 0, gone: 0, moved: 0, pages: 0 };
}

/** Keeps what was seen and counts it. */
export async function keep(job: Job, page: Partial<SeenPage>): Promise<void> {
  const saved: SavedIssues = await saveChanges(job.db, job.claim, {
    issues: [],
    comments: [],
    isAnew: false,
    ...page,
  });
  job.tally.added += saved.added;
  job.tally.changed += saved.changed;
  job.tally.unchanged += saved.unchanged;
  job.tally.comments += saved.comments;
}

/** Ends the reading here when it is to end. */
export function breathe({ signal }: Job): void {
  if (signal.aborted) throw new PreloopError("request_cancelled", "The run was stopped");
}

type Told<Event> = Event extends unknown ? Omit<Event, "tracker" | "project"> : never;

/** Says what happened. */
export function tell(job: Job, event: Told<Exclude<SyncEvent, { readonly kind: "done" }>>): void {
  job.tell?.({ tracker: job.tracker.name, project: job.project, ...event });
}
