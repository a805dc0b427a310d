import * as z from "zod";
import { PreloopError } from "#base";
import type { Issue, IssueComment } from "#model";
import { sameProject } from "../project-name.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import type { MissingIssue } from "../types.ts";
import type { GitHubAnswer, GitHubClient } from "./client.ts";
import type { Keys, Place } from "./keys.ts";
import { commentSchema, type GitHubIssue, issueSchema } from "./schema.ts";
import { projectOf, toComment, toIssue } from "./to-issue.ts";

/** One configured GitHub, as the files of this folder share it. */
export interface Hub {
  readonly name: string;
  readonly client: GitHubClient;
  readonly keys: Keys;
}

/** Where a key leads. @throws issue_unknown when it is no key of GitHub's */
export function placeOf(hub: Hub, key: string): Place {
  const place = hub.keys.place(key);
  if (!place) throw issueUnknown(hub.name, key);
  return place;
}

/** The issue a key leads to, at its new place when it was transferred. @throws issue_unknown */
export async function getIssue(hub: Hub, key: string, signal?: AbortSignal): Promise<Issue> {
  const place = placeOf(hub, key);
  const answer = await askIssue(hub, place, signal);
  if (answer.status === 404 || answer.status === 410)
    throw issueUnknown(hub.name, place.key, answer.status === 410);
  return readIssue(hub, answer, place);
}

/** What became of an issue that listings no longer show. */
export async function resolveMissing(
  hub: Hub,
  { id, key }: { readonly id: string; readonly key: string },
  signal?: AbortSignal,
): Promise<MissingIssue> {
  const answer = await askIssue(hub, placeOf(hub, key), signal);
  if (answer.status === 404 || answer.status === 410) return { kind: "gone" };
  const issue = readIssue(hub, answer, placeOf(hub, key));
  return issue.id === id ? { kind: "there", issue } : { kind: "moved", to: issue.key, url: issue.url };
}

function askIssue(
  hub: Hub,
  { owner, repo, number, key }: Place,
  signal?: AbortSignal,
): Promise<GitHubAnswer> {
  return hub.client.ask({ about: `issue ${key}`, signal }, (octokit, request) =>
    octokit.rest.issues.get({ owner, repo, issue_number: number, request }),
  );
}

/** An issue out of an answer. @throws issue_unknown for a pull request */
export function readIssue(hub: Hub, answer: GitHubAnswer, place: Place): Issue {
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
function placeNow(hub: Hub, issue: GitHubIssue, asked: Place): Place {
  const project = projectOf(issue);
  const isAsAsked = issue.number === asked.number || sameProject(project, asked.project);
  return isAsAsked ? hub.keys.at(asked.project, issue.number) : hub.keys.at(project, issue.number);
}

/** All comments, oldest first. */
export async function getComments(hub: Hub, key: string, signal?: AbortSignal): Promise<IssueComment[]> {
  const place = placeOf(hub, key);
  const about = `the comments of ${place.key}`;
  const comments: IssueComment[] = [];
  for (let page: PageRef | undefined = {}; page !== undefined; ) {
    const { owner, repo, number } = place;
    const parameters = { owner, repo, issue_number: number, per_page: 100, ...page };
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
