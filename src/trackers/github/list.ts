import * as z from "zod";
import { readAs } from "../read-as.ts";
import { projectRefused, unexpected } from "../refusals.ts";
import { type Listed, type ListQuery, servedAt } from "../walk-listing.ts";
import type { GitHubAnswer } from "./client.ts";
import { repositoryOf } from "./keys.ts";
import { type GitHubContext, nextPage, type PageRef } from "./read.ts";
import { commentSchema, type GitHubComment, type GitHubIssue, issueSchema } from "./schema.ts";

/** A page of the repository's issues and pull requests. */
export async function listIssues(
  hub: GitHubContext,
  project: string,
  query: ListQuery,
  signal?: AbortSignal,
  sort: "updated" | "created" = "updated",
): Promise<Listed<GitHubIssue> | "unchanged"> {
  const about = `the issues of ${project}`;
  const repository = repositoryOf(hub.keys.at(project, 0));
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.listForRepo({
      ...repository,
      ...{ state: "all", sort, direction: "asc", per_page: 100, request },
      ...pageOf(query),
    }),
  );
  return read(hub, z.array(issueSchema), answer, { about, project });
}

/** A page of the comments on all of the repository's issues and pull requests. */
export async function listComments(
  hub: GitHubContext,
  project: string,
  query: ListQuery,
  signal?: AbortSignal,
): Promise<Listed<GitHubComment> | "unchanged"> {
  const about = `the comments of ${project}`;
  const repository = repositoryOf(hub.keys.at(project, 0));
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.listCommentsForRepo({
      ...repository,
      ...{ sort: "updated", direction: "asc", per_page: 100, request },
      ...pageOf(query),
    }),
  );
  return read(hub, z.array(commentSchema), answer, { about, project });
}

/** All pages of a listing by creation. */
export async function* listAllIssues(
  hub: GitHubContext,
  project: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly GitHubIssue[]> {
  for (let query: ListQuery | undefined = { page: 1 }; query !== undefined; ) {
    const listed: Listed<GitHubIssue> | "unchanged" = await listIssues(
      hub,
      project,
      query,
      signal,
      "created",
    );
    if (listed === "unchanged") return;
    yield listed.items;
    const { hasNext, next } = listed;
    query = hasNext ? { page: query.page + 1, ...(next === undefined ? {} : { next }) } : undefined;
  }
}

/** The ids of all issues that exist now, page by page. */
export async function* listIds(
  hub: GitHubContext,
  project: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for await (const issues of listAllIssues(hub, project, signal))
    yield issues.filter((issue) => !issue.pull_request).map(({ id }) => String(id));
}

function pageOf({ page, next, since, etag }: ListQuery): PageRef & {
  since?: string;
  headers?: Record<string, string>;
} {
  return {
    ...(next === undefined ? { page } : readPage(next)),
    ...(since === undefined ? {} : { since }),
    ...(etag === undefined ? {} : { headers: { "if-none-match": etag } }),
  };
}

function read<Item>(
  hub: GitHubContext,
  schema: z.ZodType<Item[]>,
  answer: GitHubAnswer,
  { about, project }: { readonly about: string; readonly project: string },
): Listed<Item> | "unchanged" {
  if (answer.status === 304) return "unchanged";
  if (answer.status === 404) throw projectRefused(hub.name, project, "404");
  if (answer.status === 410) throw projectRefused(hub.name, project, "its issues are turned off");
  if (answer.status >= 300) throw unexpected(hub.name, about, answer);
  const items = readAs(schema, answer.data, { tracker: hub.name, about });
  const { etag } = answer.headers;
  const page = nextPage(answer);
  return {
    items,
    hasNext: page !== undefined,
    ...(page?.after === undefined ? {} : { next: writePage(page) }),
    ...(typeof etag === "string" ? { etag } : {}),
    ...servedAt(answer.headers.date),
  };
}

const writePage = ({ page, after = "" }: PageRef) => `${page ?? ""} ${after}`;

function readPage(next: string): PageRef {
  const at = next.indexOf(" ");
  const page = Number(next.slice(0, at));
  return { after: next.slice(at + 1), ...(page > 0 && { page }) };
}
