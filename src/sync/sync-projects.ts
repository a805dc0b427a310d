import type { Tracker } from "#trackers";
import { syncProject } from "./sync-project.ts";
import type { ProjectReport, SyncOptions, SyncReport } from "./types.ts";

/**
 * Brings the store up to what the trackers show. Trackers are read side by side, the projects of one after another.
 * One project's failure stops no other and is in the report; nothing is thrown for it.
 */
export async function syncProjects(trackers: readonly Tracker[], options: SyncOptions): Promise<SyncReport> {
  const reports = await Promise.all(trackers.map((tracker) => syncTracker(tracker, options)));
  const projects = reports.flat();
  const isFine = ({ outcome }: ProjectReport) => outcome === "read" || outcome === "busy";
  return { projects, isComplete: projects.every(isFine) };
}

async function syncTracker(tracker: Tracker, options: SyncOptions): Promise<ProjectReport[]> {
  const reports: ProjectReport[] = [];
  for (const project of new Set(tracker.projects)) {
    const limited = reports.find(({ error }) => error?.code === "tracker_limited");
    const report = limited
      ? afterLimit(limited, project)
      : await syncProject({ ...options, tracker, project });
    reports.push(report);
    options.onEvent?.({ kind: "done", tracker: tracker.name, project, report });
  }
  return reports;
}

/** A tracker that said "too much" is not asked about its other projects in the same run. */
function afterLimit(limited: ProjectReport, project: string): ProjectReport {
  const nothing = { added: 0, changed: 0, unchanged: 0, comments: 0, gone: 0, moved: 0, pages: 0 };
  return { ...limited, ...nothing, project, swept: false, durationMs: 0 };
}
