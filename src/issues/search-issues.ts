import type { OwnCall, OwnResult } from "#model";
import { type Hit, searchIssues } from "#search";
import type { Input, Output, ShownHit } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { findProject } from "./find-tracker.ts";
import type { Seen } from "./seen.ts";
import { idOf, result } from "./shown.ts";

/** `search`: issues of all trackers, or of those that the call names, best first. */
export async function searchTool(
  { query: text, project: wanted, tracker, status, mode, limit }: Input<"search">,
  desk: Desk,
  { call, seen }: { readonly call: OwnCall; readonly seen: Seen },
): Promise<OwnResult> {
  const project = wanted === undefined ? undefined : findProject(wanted, await desk.trackers());
  const where = { tracker: project?.tracker.name ?? tracker, project: project?.project, status };
  const search = { text, mode, limit, ...where };
  const { hits, notes } = await searchIssues(await desk.db(), search, await desk.embedders(), call.signal);
  for (const { row } of hits) seen.note(row);
  const note = [...notes, ...(hits.length === 0 ? ["Nothing found."] : [])].join(" ");
  const output: Output<"search"> = { results: hits.map(showHit), ...(note !== "" && { note }) };
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
