import * as z from "zod";
import { PreloopError } from "#base";
import type { Issue, IssueComment } from "#model";
import { findPlace, type ProjectKeys, type ProjectPlace } from "../project-keys.ts";
import { sameProject } from "../project-name.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import type { MissingIssue } from "../types.ts";
import type { GitHubAnswer, GitHubClient } from "./client.ts";
import { repositoryOf } from "./keys.ts";
import { commentSchema, type GitHubIssue, issueSchema } from "./schema.ts";
import { projectOf, toComment, toIssue } from "./to-issue.ts";

/** Context of one configured GitHub: its name, client and keys. */
export interface GitHubContext {
  readonly name: string;
  readonly client: GitHubClient;
  readonly keys: ProjectKeys;
}

/** The issue a key leads to, at its new place when it was transferred. @throws issue_unknown */
export async function fetchIssue(hub: GitHubContext, key: string, signal?: AbortSignal): Promise<Issue> {
  const place = findPlace(hub, key);
  const answer = await askIssue(hub, place, signal);
  if (answer.status === 404 || answer.status === 410)
    throw issueUnknown(hub.name, place.key, answer.status === 410);
  return readIssueAnswer(hub, answer, place);
}

/** What became of an issue that listings no longer show. */
export async function resolveMissing(
  hub: GitHubContext,
  { id, key }: { readonly id: string; readonly key: string },
  signal?: AbortSignal,
): Promise<MissingIssue> {
  const answer = await askIssue(hub, findPlace(hub, key), signal);
  if (answer.status === 404 || answer.status === 410) return { kind: "gone" };
  const issue = readIssueAnswer(hub, answer, findPlace(hub, key));
  return issue.id === id ? { kind: "there", issue } : { kind: "moved", to: issue.key, url: issue.url };
}

function askIssue(hub: GitHubContext, place: ProjectPlace, signal?: AbortSignal): Promise<GitHubAnswer> {
  return hub.client.ask({ about: `issue ${place.key}`, signal }, (octokit, request) =>
    octokit.rest.issues.get({ ...repositoryOf(place), issue_number: place.number, request }),
  );
}

/** An issue out of an answer. @throws issue_unknown for a pull request */
export function readIssueAnswer(hub: GitHubContext, answer: GitHubAnswer, place: ProjectPlace): Issue {
  const about = `issue ${place.key}`;
  if (answer.status >= 300) throw unexpected(hub.name, about, answer);
  const issue = readAs(issueSchema, answer.data, { tracker: hub.name, about });
  if (issue.pull_request)
    throw new PreloopError("issue_unknown", `${hub.name}: ${place.key} is a pull request, not an issue`, {
      data: { tracker: hub.name, key: place.key },
    });
  return toIssue(hub.name, issue, placeNow(hub, issue, place), hub.keys);
}

// A transferred issue gets another number; where the number stayed, only its repository was renamed, and the name in
// the config still leads there.
function placeNow(hub: GitHubContext, issue: GitHubIssue, asked: ProjectPlace): ProjectPlace {
  const project = projectOf(issue);
  const isAsAsked = issue.number === asked.number || sameProject(project, asked.project);
  return isAsAsked ? hub.keys.at(asked.project, issue.number) : hub.keys.at(project, issue.number);
}

/** All comments, oldest first. */
export async function fetchComments(
  hub: GitHubContext,
  key: string,
  signal?: AbortSignal,
): Promise<IssueComment[]> {
  const place = findPlace(hub, key);
  const about = `the comments of ${place.key}`;
  const comments: IssueComment[] = [];
  for (let page: PageRef | undefined = {}; page !== undefined; ) {
    const parameters = { ...repositoryOf(place), issue_number: place.number, per_page: 100, ...page };
    const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
      octokit.rest.issues.listComments({ ...parameters, request }),
    );
    if (answer.status === 404 || answer.status === 410) throw issueUnknown(hub.name, place.key);
    if (answer.status >= 300) throw unexpected(hub.name, about, answer);
    const read = readAs(z.array(commentSchema), answer.data, { tracker: hub.name, about });
    comments.push(...read.map(toComment));
    page = nextPage(answer);
  }
  return comments;
}

/** Reference to a page of a listing; empty for the first. */
export interface PageRef {
  readonly page?: number;
  /** A place in the listing that no edit shifts. Page numbers end at ten thousand things, these do not. */
  readonly after?: string;
}

/** Where a listing goes on, as GitHub itself says; undefined at its end. */
export function nextPage({ headers }: GitHubAnswer): PageRef | undefined {
  const [, url] = /<([^<>]*)>\s*;\s*rel="next"/.exec(String(headers.link ?? "")) ?? [];
  if (url === undefined || !URL.canParse(url)) return undefined;
  const query = new URL(url).searchParams;
  const [page, after] = [Number(query.get("page")), query.get("after")];
  if (after !== null) return { after, ...(page > 0 && { page }) };
  return page > 0 ? { page } : undefined;
}
