import type { Db } from "#store";
import type { SyncEvent, SyncOptions, SyncReport } from "#sync";
import type { Tracker } from "#trackers";
import { type IndexingOptions, type IndexingReport, indexIssues } from "./index-issues.ts";
import type { Runtime } from "./runtime.ts";

/** The options of one run. */
export interface SyncAndIndexOptions extends Pick<SyncOptions, "full" | "acceptLoss"> {
  readonly onEvent: (event: SyncEvent) => void;
  readonly onIndexed: IndexingOptions["onProgress"];
}

/** The reports of one run: what was read from trackers, then what was made findable. */
export interface SyncAndIndexResult {
  readonly report: SyncReport;
  readonly index: IndexingReport;
}

/** One run: trackers are read into the store, then what changed is made findable. */
export type SyncAndIndex = (options: SyncAndIndexOptions) => Promise<SyncAndIndexResult>;

export interface SyncAndIndexServices {
  readonly runtime: Runtime;
  readonly db: Db;
  readonly trackers: readonly Tracker[];
  readonly signal: AbortSignal;
}

/** Opens what runs need, once for all of them. */
export async function createSyncAndIndex(services: SyncAndIndexServices): Promise<SyncAndIndex> {
  const { runtime, db, trackers, signal } = services;
  const { syncProjects } = await import("#sync");
  return async ({ onIndexed, ...options }) => {
    const report = await syncProjects(trackers, { ...options, db, log: runtime.log, signal });
    return { report, index: await indexIssues(runtime, db, { signal, onProgress: onIndexed }) };
  };
}
