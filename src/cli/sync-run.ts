import type { SyncEvent, SyncOptions, SyncReport } from "#sync";
import type { Tracker } from "#trackers";
import type { House } from "./house.ts";

/** What one run is told. */
export interface RunOrder extends Pick<SyncOptions, "full" | "acceptLoss"> {
  readonly onEvent: (event: SyncEvent) => void;
  readonly onIndexed: (done: number, total: number) => void;
}

/** What came of a run: of the reading, and how many issues were made findable. */
export interface RunResult {
  readonly report: SyncReport;
  readonly indexed: number;
}

/** One run: trackers are read into the store, then what changed is made findable. */
export type SyncRun = (order: RunOrder) => Promise<RunResult>;

/** Opens what runs need, once for all of them. */
export async function createSyncRun(
  house: House,
  trackers: readonly Tracker[],
  signal: AbortSignal,
): Promise<SyncRun> {
  const db = await house.store();
  const { log } = await house.foundation();
  const { syncProjects } = await import("#sync");
  return async ({ onIndexed: _, ...order }) => {
    const report = await syncProjects(trackers, { ...order, db, log, signal });
    return { report, indexed: 0 };
  };
}
