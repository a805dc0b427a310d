/** Sync: what changed at the trackers is brought into the store, page by page, and what is gone is found. */
export { syncProjects } from "./sync-projects.ts";
export type { ProjectReport, SyncCounts, SyncEvent, SyncOptions, SyncOutcome, SyncReport } from "./types.ts";
