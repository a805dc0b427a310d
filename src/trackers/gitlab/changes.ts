import * as z from "zod";
import { isPreloopError } from "#base";
import type { Issue } from "#model";
import { inParallel } from "../in-parallel.ts";
import { readAs } from "../read-as.ts";
import { cursorRefused, projectRefused, unexpected } from "../refusals.ts";
import type { ChangePage, CommentSet } from "../types.ts";
import {
  type Listed,
  type ListQuery,
  positionSchema,
  servedAt,
  type WalkPosition,
  walkListing,
} from "../walk-listing.ts";
import { fetchComments, type GitLabContext, withLinks } from "./read.ts";
import { type GitLabIssue, issueSchema } from "./schema.ts";

/** The issues that changed, each with all its comments and links: a new one of either counts as a change of its issue. */
export async function* changes(
  lab: GitLabContext,
  project: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ChangePage> {
  const updatedAt = (issue: GitLabIssue) => issue.updated_at;
  const start = readCursor(cursor);
  const list = async (query: ListQuery) => {
    try {
      return await listIssues(lab, project, query, signal);
    } catch (error) {
      const isKept = start.next !== undefined && query.next === start.next;
      throw isKept && isPreloopError(error) && error.data.status === 400 ? cursorRefused(lab.name) : error;
    }
  };
  // GitLab closes what it moves away: news of an issue that was read here, and nothing to a first walk.
  const isFirst = start.since === undefined;
  for await (const { items, position } of walkListing(start, updatedAt, list)) {
    const here = isFirst ? items.filter((issue) => !issue.moved_to_id) : items;
    const issues = await inParallel(here, (issue) =>
      withLinks(lab, issue, lab.keys.at(project, issue.iid), signal),
    );
    const comments = await inParallel(issues, (issue) => commentsOf(lab, issue, signal));
    yield { issues, comments: comments.flat(), cursor: JSON.stringify(position) };
  }
}

/** Nothing for an issue that was deleted since it was listed. */
async function commentsOf(lab: GitLabContext, issue: Issue, signal?: AbortSignal): Promise<CommentSet[]> {
  const whole = (comments: CommentSet["comments"]) => [{ issueId: issue.id, comments, isComplete: true }];
  if (issue.commentCount === 0) return whole([]);
  try {
    return whole(await fetchComments(lab, issue.key, signal));
  } catch (error) {
    if (isPreloopError(error, "issue_unknown")) return [];
    throw error;
  }
}

/** A cursor that cannot be read, of an older preloop for instance, means from the beginning. */
function readCursor(cursor: string | undefined): WalkPosition {
  try {
    return positionSchema.parse(JSON.parse(cursor ?? ""));
  } catch {
    return {};
  }
}

/** The ids of all issues that are here, page by page. */
export async function* listIds(
  lab: GitLabContext,
  project: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly string[]> {
  let query: ListQuery = { page: 1 };
  for (;;) {
    const listed = await listIssues(lab, project, query, signal, "created_at");
    yield listed.items.filter((issue) => !issue.moved_to_id).map(({ id }) => String(id));
    if (!listed.hasNext) return;
    query = listed.next === undefined ? { page: query.page + 1 } : { page: 1, next: listed.next };
  }
}

async function listIssues(
  lab: GitLabContext,
  project: string,
  query: ListQuery,
  signal?: AbortSignal,
  orderBy: "updated_at" | "created_at" = "updated_at",
): Promise<Listed<GitLabIssue>> {
  const about = `the issues of ${project}`;
  const { project: projectId } = lab.keys.at(project, 0);
  const ask = (paging: object) =>
    lab.client.ask({ about, signal }, ({ issues }) =>
      issues.all({
        ...{ projectId, scope: "all", orderBy, sort: "asc", perPage: 100 },
        ...(query.since === undefined ? {} : { updatedAfter: query.since }),
        ...paging,
      }),
    );
  const byKeyset = { pagination: "keyset", ...(query.next === undefined ? {} : { cursor: query.next }) };
  let answer = await ask(query.page > 1 ? { page: query.page } : byKeyset);
  // An older GitLab cannot page issues by key.
  if (answer.status === 405) answer = await ask({ page: query.page });
  if (answer.status === 404) throw projectRefused(lab.name, project, "404");
  if (answer.status >= 300) throw unexpected(lab.name, about, answer);
  const items = readAs(z.array(issueSchema), answer.data, { tracker: lab.name, about });
  return { items, ...nextOf(answer.headers.get("link") ?? ""), ...servedAt(answer.headers.get("date")) };
}

/** GitLab's own word for the next page; a number in place of a cursor where it does not page by key. */
function nextOf(link: string): { readonly hasNext: boolean; readonly next?: string } {
  const [, url] = /<([^>]+)>;\s*rel="next"/.exec(link) ?? [];
  if (!url) return { hasNext: false };
  const cursor = new URL(url).searchParams.get("cursor");
  return { hasNext: true, ...(cursor === null ? {} : { next: cursor }) };
}
