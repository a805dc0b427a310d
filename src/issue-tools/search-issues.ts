import type { BuiltinCall, BuiltinResult } from "#model";
import { type Hit, searchIssues } from "#search";
import { findProject, findTracker, isConfigured } from "./find-tracker.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { ShownHit, ToolOutput } from "./outputs.ts";
import { idOf, result } from "./shown.ts";

/** `search`: issues of the configured projects, or of those that the call names, best first. */
export async function searchTool(
  { query: text, project: wanted, tracker: named, status, mode, limit }: ToolInput<"search">,
  services: IssueServices,
  { signal }: BuiltinCall,
): Promise<BuiltinResult> {
  const all = await services.trackers();
  const trackers = named === undefined ? all : [findTracker(named, all)];
  const project = wanted === undefined ? undefined : findProject(wanted, trackers);
  const where = { tracker: project?.tracker.name ?? named, project: project?.project, status };
  const search = { text, mode, limit, ...where };
  const found = await searchIssues(await services.db(), search, await services.embedders(), signal);
  const hits = found.hits.filter(({ row }) => isConfigured(row, all));
  const left = found.hits.length - hits.length;
  const note = [
    ...found.notes,
    ...(left > 0 ? [`${left} more are in projects that are no longer configured.`] : []),
    ...(hits.length === 0 ? ["Nothing found."] : []),
  ].join(" ");
  const output: ToolOutput<"search"> = { results: hits.map(showHit), ...(note !== "" && { note }) };
  return result(output, [note, ...output.results.map(hitText)].filter(Boolean).join("\n\n"));
}

/** A hit as structured content. */
export function showHit({ row, score, snippet }: Hit): ShownHit {
  return {
    id: idOf(row),
    key: row.key,
    tracker: row.tracker,
    project: row.project,
    url: row.url,
    title: row.title,
    state: row.state,
    status: row.status,
    score: Math.round(score * 1_000) / 1_000,
    snippet,
    updated_at: row.updatedAt.toISOString(),
  };
}

function hitText({ id, title, status, url, snippet, updated_at }: ShownHit, index: number): string {
  return `${index + 1}. ${id} (${status}): ${title}\n   ${url}, updated ${updated_at}\n   ${snippet}`;
}
