import type { Issue, IssueComment } from "#model";
import { readAs } from "../read-as.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import type { MissingIssue } from "../types.ts";
import type { JiraClient } from "./client.ts";
import type { JiraDeployment } from "./deployment.ts";
import type { JiraKeys } from "./keys.ts";
import { commentsSchema, FIELDS, issueSchema, type JiraIssue } from "./schema.ts";
import { toComment, toIssue } from "./to-issue.ts";

/** Context of one configured Jira: its name, client and keys. */
export interface JiraContext {
  readonly name: string;
  readonly client: JiraClient;
  readonly deployment: JiraDeployment;
  readonly keys: JiraKeys;
}

/** An issue as Jira has it. @throws issue_unknown when no key leads there */
export async function askIssue(site: JiraContext, key: string, signal?: AbortSignal): Promise<JiraIssue> {
  const read = site.keys.read(key);
  const found = read === undefined ? undefined : await findIssue(site, read, signal);
  if (!found) throw issueUnknown(site.name, key);
  return found;
}

/** An issue by its key or its id, undefined when it is gone or not ours to see. */
async function findIssue(
  site: JiraContext,
  keyOrId: string,
  signal?: AbortSignal,
): Promise<JiraIssue | undefined> {
  const about = `issue ${keyOrId}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "GET",
    path: `issue/${keyOrId}`,
    query: { fields: FIELDS.join(",") },
  });
  if (answer.status === 404 || answer.status === 410) return undefined;
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  return readAs(issueSchema, answer.data, { tracker: site.name, about });
}

/** The issue a key leads to, under its new key when it was moved. */
export async function fetchIssue(site: JiraContext, key: string, signal?: AbortSignal): Promise<Issue> {
  return toIssue(site.name, await askIssue(site, key, signal), site.deployment, site.keys);
}

/** What became of an issue: its id stays when it moves, and its key does not. */
export async function resolveMissing(
  site: JiraContext,
  { id, key }: { readonly id: string; readonly key: string },
  signal?: AbortSignal,
): Promise<MissingIssue> {
  const found = /^\d+$/.test(id) ? await findIssue(site, id, signal) : undefined;
  if (!found) return { kind: "gone" };
  const issue = toIssue(site.name, found, site.deployment, site.keys);
  return issue.key === key ? { kind: "there", issue } : { kind: "moved", to: issue.key, url: issue.url };
}

const PER_PAGE = 100;

/** All comments, oldest first. */
export async function fetchComments(
  site: JiraContext,
  key: string,
  signal?: AbortSignal,
): Promise<IssueComment[]> {
  const read = site.keys.read(key);
  if (read === undefined) throw issueUnknown(site.name, key);
  const about = `the comments of ${read}`;
  const comments: IssueComment[] = [];
  for (;;) {
    const answer = await site.client.ask({
      about,
      signal,
      method: "GET",
      path: `issue/${read}/comment`,
      query: { startAt: String(comments.length), maxResults: String(PER_PAGE), orderBy: "created" },
    });
    if (answer.status === 404 || answer.status === 410) throw issueUnknown(site.name, read);
    if (answer.status >= 300) throw unexpected(site.name, about, answer);
    const page = readAs(commentsSchema, answer.data, { tracker: site.name, about });
    comments.push(...page.comments.map((comment) => toComment(comment, site.deployment)));
    if (page.comments.length === 0 || comments.length >= (page.total ?? Number.POSITIVE_INFINITY))
      return comments;
  }
}
