import * as z from "zod";
import { readAs } from "../read-as.ts";
import { projectRefused, unexpected } from "../refusals.ts";
import type { Asking, Listed } from "../walk.ts";
import type { GitHubAnswer } from "./client.ts";
import { type Hub, hasNext } from "./read.ts";
import { commentSchema, type GitHubComment, type GitHubIssue, issueSchema } from "./schema.ts";

/** A page of the repository's issues and pull requests. */
export async function listIssues(
  hub: Hub,
  project: string,
  asking: Asking,
  signal?: AbortSignal,
  sort: "updated" | "created" = "updated",
): Promise<Listed<GitHubIssue> | "unchanged"> {
  const about = `the issues of ${project}`;
  const { owner, repo } = hub.keys.at(project, 0);
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.listForRepo({
      ...{ owner, repo, state: "all", sort, direction: "asc", per_page: 100, request },
      ...pageOf(asking),
    }),
  );
  return read(hub, z.array(issueSchema), answer, { about, project });
}

/** A page of the comments on all of the repository's issues and pull requests. */
export async function listComments(
  hub: Hub,
  project: string,
  asking: Asking,
  signal?: AbortSignal,
): Promise<Listed<GitHubComment> | "unchanged"> {
  const about = `the comments of ${project}`;
  const { owner, repo } = hub.keys.at(project, 0);
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.listCommentsForRepo({
      ...{ owner, repo, sort: "updated", direction: "asc", per_page: 100, request },
      ...pageOf(asking),
    }),
  );
  return read(hub, z.array(commentSchema), answer, { about, project });
}

function pageOf({ page, since, etag }: Asking): {
  page: number;
  since?: string;
  headers?: Record<string, string>;
} {
  return {
    page,
    ...(since === undefined ? {} : { since }),
    ...(etag === undefined ? {} : { headers: { "if-none-match": etag } }),
  };
}

function read<Item>(
  hub: Hub,
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
  return { items, hasNext: hasNext(answer), ...(typeof etag === "string" ? { etag } : {}) };
}
