import * as z from "zod";
import { isPreloopError } from "#base";
import type { ChangePage, CommentSet } from "../types.ts";
import { fetchComments, type JiraContext } from "./read.ts";
import type { JiraIssue } from "./schema.ts";
import { type SearchResultPage, searchChanges } from "./search.ts";
import { toComment, toIssue } from "./to-issue.ts";

/** Where a walk is. Times are milliseconds since 1970, by the server's clock. */
const positionSchema = z.object({
  /** The time of the last update seen. */
  since: z.exactOptional(z.int()),
  /** The page among the updates since then. */
  next: z.exactOptional(z.string()),
  /** When the walk began. */
  began: z.exactOptional(z.int()),
  /** The walk came to its end. */
  isDone: z.exactOptional(z.boolean()),
});
type WalkPosition = z.output<typeof positionSchema>;

/** The index lags behind the issues: a later update may be found before an earlier one. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Issues by the time of their last update, each with its comments. Instead of turning pages it asks anew from the
 * last time seen, since an edit during the walk would shift the pages; pages are turned among updates of one time.
 */
export async function* changes(
  site: JiraContext,
  project: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ChangePage> {
  let position = begin(readCursor(cursor));
  let seen: ReadonlyMap<string, number> = new Map();
  for (;;) {
    const found = await askPage(site, project, position, signal);
    const fresh = found.items.filter(({ id, fields }) => seen.get(id) !== fields.updated.getTime());
    seen = new Map(found.items.map(({ id, fields }) => [id, fields.updated.getTime()]));
    const began = position.began ?? found.servedAt;
    position = { ...advance(position, found), ...(began === undefined ? {} : { began }) };
    yield {
      issues: fresh.map((issue) => toIssue(site.name, issue, site.deployment, site.keys)),
      comments: (await Promise.all(fresh.map((issue) => commentsOf(site, issue, signal)))).flat(),
      cursor: JSON.stringify(position),
      ...(found.total === undefined ? {} : { total: found.total }),
    };
    if (position.isDone) return;
  }
}

/** A walk after a whole one looks back: what the index held back until then is younger than that one's beginning. */
function begin({ isDone, since, began, ...position }: WalkPosition): WalkPosition {
  if (!isDone)
    return {
      ...position,
      ...(since === undefined ? {} : { since }),
      ...(began === undefined ? {} : { began }),
    };
  if (since === undefined) return {};
  return { since: Math.max(0, Math.min(since, began ?? since) - OVERLAP_MS) };
}

async function askPage(
  site: JiraContext,
  project: string,
  position: WalkPosition,
  signal?: AbortSignal,
): Promise<SearchResultPage<JiraIssue>> {
  const query = { project, ...(position.since === undefined ? {} : { since: position.since }) };
  if (position.next === undefined) return searchChanges(site, query, signal);
  try {
    return await searchChanges(site, { ...query, next: position.next }, signal);
  } catch (error) {
    // A word for a page that was kept too long is taken no more; the same time can be asked for from its first page.
    if (!isPreloopError(error, "tracker_failed") || error.data.status !== 400) throw error;
    return searchChanges(site, query, signal);
  }
}

function advance(position: WalkPosition, { items, next }: SearchResultPage<JiraIssue>): WalkPosition {
  const times = items.map(({ fields }) => fields.updated.getTime());
  const newest = Math.max(position.since ?? 0, ...times);
  const since = newest === 0 ? {} : { since: newest };
  if (next === undefined) return { ...since, isDone: true };
  return newest > (position.since ?? 0) ? since : { ...since, next };
}

/** A cursor that cannot be read, of an older preloop for instance, means from the beginning. */
function readCursor(cursor: string | undefined): WalkPosition {
  try {
    return positionSchema.parse(JSON.parse(cursor ?? ""));
  } catch {
    return {};
  }
}

/** How many comments Cloud shows within an issue at most. */
const SHOWN = 20;

/** All comments of an issue; nothing for one that was deleted since it was listed. */
async function commentsOf(site: JiraContext, issue: JiraIssue, signal?: AbortSignal): Promise<CommentSet[]> {
  const whole = (comments: CommentSet["comments"]): CommentSet[] => [
    { issueId: issue.id, comments, isComplete: true },
  ];
  const shown = issue.fields.comment;
  const isWhole = site.deployment.kind === "server" || (shown?.comments.length ?? SHOWN) < SHOWN;
  if (shown && isWhole && shown.comments.length >= (shown.total ?? 0))
    return whole(shown.comments.map((comment) => toComment(comment, site.deployment)));
  try {
    return whole(await fetchComments(site, issue.key, signal));
  } catch (error) {
    if (isPreloopError(error, "issue_unknown")) return [];
    throw error;
  }
}
