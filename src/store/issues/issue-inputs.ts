import { sha256 } from "#base";
import type { Issue, IssueComment, IssueLink } from "#model";
import { storable } from "../approvals/approval-rows.ts";

/** Issues and comments of one tracker as it shows them. */
export interface SeenIssues {
  readonly tracker: string;
  readonly issues: readonly Issue[];
  readonly comments?: readonly SeenComments[];
  /** What is seen counts even where a newer version is kept: the tracker was set back, or is read anew. */
  readonly isAnew?: boolean;
}

/** Comments of one issue as its tracker shows them. */
export interface SeenComments {
  readonly issueId: string;
  readonly comments: readonly IssueComment[];
  /** All that the issue has, so that others are gone. */
  readonly isComplete: boolean;
}

/** An issue in values that Postgres can keep, with what tells one version from another. */
export interface IssueInput {
  readonly issue: Issue;
  readonly digest: string;
  readonly contentHash: string;
}

/** A comment in values that Postgres can keep. */
export interface CommentInput {
  readonly issueId: string;
  readonly comment: IssueComment;
  readonly bodyHash: string;
}

// A key of an index must fit a third of a page; a longer link is a page address that says nothing of an issue.
const MAX_TARGET = 500;

/** One version of each issue, the newest, by id: in one statement a row can be written once. */
export function issueInputs(issues: readonly Issue[]): readonly IssueInput[] {
  const newest = new Map<string, Issue>();
  for (const issue of issues) {
    const other = newest.get(issue.id);
    if (!other || other.updatedAt <= issue.updatedAt) newest.set(issue.id, issue);
  }
  // Two that write the same issues lock them in the same order.
  return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(issueInput);
}

/** One version of each comment, the newest. */
export function commentInputs(sets: readonly SeenComments[]): readonly CommentInput[] {
  const newest = new Map<string, CommentInput>();
  for (const { issueId, comments } of sets)
    for (const comment of comments) {
      const other = newest.get(comment.id);
      if (other && other.comment.updatedAt > comment.updatedAt) continue;
      const body = storable(comment.body);
      newest.set(comment.id, {
        issueId,
        comment: { ...comment, body, ...texts({ author: comment.author }) },
        bodyHash: sha256(body),
      });
    }
  return [...newest.values()].sort((a, b) => (a.comment.id < b.comment.id ? -1 : 1));
}

function issueInput(raw: Issue): IssueInput {
  const issue: Issue = {
    ...raw,
    key: storable(raw.key),
    url: storable(raw.url),
    title: storable(raw.title),
    body: storable(raw.body),
    status: storable(raw.status),
    labels: raw.labels.map(storable),
    links: linkInputs(raw.links),
    ...texts({
      rawBody: raw.rawBody,
      type: raw.type,
      priority: raw.priority,
      assignee: raw.assignee,
      assigneeName: raw.assigneeName,
      author: raw.author,
    }),
  };
  return { issue, digest: digestOf(issue), contentHash: sha256(JSON.stringify([issue.title, issue.body])) };
}

function linkInputs(links: readonly IssueLink[]): readonly IssueLink[] {
  const byKey = new Map<string, IssueLink>();
  for (const { kind, target, targetId } of links)
    if (target.length <= MAX_TARGET)
      byKey.set(`${kind} ${target}`, { kind, target: storable(target), ...texts({ targetId }) });
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}

function texts<T extends Record<string, string | undefined>>(
  members: T,
): { readonly [K in keyof T]?: string } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, storable(value!)])) as {
    readonly [K in keyof T]?: string;
  };
}

/** Every field in a fixed order: two adapters' objects with the same values have the same digest. */
function digestOf(issue: Issue): string {
  return sha256(
    JSON.stringify([
      issue.project,
      issue.key,
      issue.url,
      issue.title,
      issue.body,
      issue.rawBody,
      issue.isLossy,
      issue.state,
      issue.status,
      issue.type,
      issue.priority,
      issue.labels,
      issue.assignee,
      issue.assigneeName,
      issue.author,
      issue.createdAt,
      issue.updatedAt,
      issue.closedAt,
      issue.commentCount,
      issue.links.map(({ kind, target, targetId }) => [kind, target, targetId]),
    ]),
  );
}
