import type { Clock, ErrorCode, Log } from "#base";
import type { Db } from "#store";

/** Options of a run: what it may use, and how thorough it is. */
export interface SyncOptions {
  readonly db: Db;
  readonly log: Log;
  readonly clock?: Clock;
  /** Reads everything anew, and then looks for what is gone. True for all projects, or told by each one's last time. */
  readonly full?: boolean | ((sweptAt: Date | undefined) => boolean);
  /** Believe a tracker that shows hardly anything of what it had. */
  readonly acceptLoss?: boolean;
  /** Aborted to end the run: the page that is being kept is still kept. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SyncEvent) => void;
  /** How long a lease lasts without a renewal. */
  readonly leaseMs?: number;
}

/** Counts of what a run did so far in a project. */
export interface SyncCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Comments that are new, changed or gone. */
  readonly comments: number;
  /** Issues that are deleted, or no longer ours to see. */
  readonly gone: number;
  /** Issues that live on in a place that is not read here. */
  readonly moved: number;
  readonly pages: number;
}

/**
 * The end of a project's run: read to its end; left to another process that reads it now; failed; or stopped by the signal.
 * What was kept stays kept in every case, and the next run goes on from there.
 */
export type SyncOutcome = "read" | "busy" | "failed" | "stopped";

/** Report of what a run did in one project. */
export interface ProjectReport extends SyncCounts {
  readonly tracker: string;
  readonly project: string;
  readonly outcome: SyncOutcome;
  /** It was also looked for what is gone. */
  readonly swept: boolean;
  readonly durationMs: number;
  readonly error?: { readonly code: ErrorCode | "unexpected"; readonly message: string };
  /** Who else reads it, when busy. */
  readonly reader?: string;
}

/** Report of what a run did in all. */
export interface SyncReport {
  readonly projects: readonly ProjectReport[];
  /** Every project was read to its end, by this run or by another one. */
  readonly isComplete: boolean;
}

interface At {
  readonly tracker: string;
  readonly project: string;
}

/** An event of a run, as it happens. */
export type SyncEvent =
  | (At & { readonly kind: "page"; readonly counts: SyncCounts; readonly total?: number })
  /** Ids are listed, to find what is gone. */
  | (At & { readonly kind: "listed"; readonly listed: number; readonly live: number })
  | (At & { readonly kind: "done"; readonly report: ProjectReport });
