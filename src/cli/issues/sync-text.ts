import type { IndexingReport } from "#app";
import { formatDuration, type JsonObject, PreloopError } from "#base";
import type { ProjectReport, SyncCounts, SyncReport } from "#sync";
import { present, shown } from "#views";
import { tableLines } from "../output/table.ts";

/** What a run did, for people: a line per project. */
export function syncTableLines(
  { projects }: SyncReport,
  { read, embedded, notes }: IndexingReport,
): string[] {
  const head = ["TRACKER", "PROJECT", "STATE", "NEW", "CHANGED", "SAME", "COMMENTS", "GONE", "MOVED", "TIME"];
  const rows = projects.map((report) => [
    shown(report.tracker),
    shown(report.project),
    stateWord(report),
    ...[report.added, report.changed, report.unchanged, report.comments, report.gone, report.moved].map(
      String,
    ),
    formatDuration(report.durationMs),
  ]);
  const byModel = embedded > 0 ? `, ${embedded} embedded by the model` : "";
  const findable = read + embedded > 0 ? [`${counted(read, "text")} made findable${byModel}.`] : [];
  return [...tableLines(head, rows), ...findable, ...notes.map(shown)];
}

/** What a run that was not complete ends with: each project that was not read to its end, and why. */
export function incomplete({ projects }: SyncReport): PreloopError {
  const left = projects.filter(({ outcome }) => outcome === "failed" || outcome === "stopped");
  const reasons = left.map((report) => `  ${title(report)}: ${report.error?.message ?? "stopped"}`);
  return new PreloopError(
    "sync_incomplete",
    [
      `${left.length} of ${projects.length} projects were not read to the end; preloop sync goes on where it stopped`,
      ...reasons,
    ].join("\n"),
  );
}

function stateWord({ outcome, swept, reader }: ProjectReport): string {
  switch (outcome) {
    case "read":
      return swept ? "+ read and swept" : "+ read";
    case "busy":
      return `~ being read by ${shown(reader ?? "another process")}`;
    case "failed":
      return "x failed";
    case "stopped":
      return ". stopped";
  }
}

/** `work › acme/app`. */
export function title({ tracker, project }: { readonly tracker: string; readonly project: string }): string {
  return `${shown(tracker)} › ${shown(project)}`;
}

const PARTS: readonly (readonly [name: keyof SyncCounts, one: string, many: string])[] = [
  ["added", "new", "new"],
  ["changed", "changed", "changed"],
  ["comments", "comment", "comments"],
  ["gone", "gone", "gone"],
  ["moved", "moved", "moved"],
];

/** `3 new, 1 changed, 2 comments`; empty when nothing was new. */
export function newsOf(tally: SyncCounts): string {
  return PARTS.filter(([name]) => tally[name] > 0)
    .map(([name, one, many]) => `${tally[name]} ${tally[name] === 1 ? one : many}`)
    .join(", ");
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** A run as JSON. */
export function reportView({ projects, isComplete }: SyncReport, index: IndexingReport): JsonObject {
  return { complete: isComplete, projects: projects.map(projectView), index: indexView(index) };
}

/** What was made findable, as JSON. */
export function indexView({ read, embedded, notes }: IndexingReport): JsonObject {
  return { read, embedded, notes: [...notes] };
}

/** One project of a run as JSON. */
export function projectView(report: ProjectReport): JsonObject {
  const { tracker, project, outcome, swept, durationMs, error, reader } = report;
  const { added, changed, unchanged, comments, gone, moved, pages } = report;
  const counts = { new: added, changed, unchanged, comments, gone, moved, pages };
  return {
    ...{ tracker, project, outcome, swept, ...counts, durationMs },
    ...present({ error: error && { code: error.code, message: error.message }, reader }),
  };
}
