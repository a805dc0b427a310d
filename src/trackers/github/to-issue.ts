import type { Issue, IssueComment, IssueLink } from "#model";
import type { ProjectKeys, ProjectPlace } from "../project-keys.ts";
import type { GitHubComment, GitHubIssue } from "./schema.ts";

/** GitHub's issue in the words all trackers share. */
export function toIssue(tracker: string, issue: GitHubIssue, place: ProjectPlace, keys: ProjectKeys): Issue {
  return {
    tracker,
    project: place.project,
    id: String(issue.id),
    key: place.key,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? "",
    isLossy: false,
    state: issue.state === "closed" ? "closed" : "open",
    status: statusOf(issue),
    labels: issue.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    commentCount: issue.comments,
    links: linksOf(issue, keys),
    ...(issue.type ? { type: issue.type.name } : {}),
    ...(issue.assignee ? { assignee: issue.assignee.login, assigneeName: issue.assignee.login } : {}),
    ...(issue.user ? { author: issue.user.login } : {}),
    ...(issue.closed_at ? { closedAt: issue.closed_at } : {}),
  };
}

function statusOf({ state, state_reason: reason }: GitHubIssue): string {
  return state === "closed" ? (reason ?? "closed").replaceAll("_", " ") : "open";
}

function linksOf(issue: GitHubIssue, keys: ProjectKeys): IssueLink[] {
  const parent = issue.parent_issue_url ? keys.read(issue.parent_issue_url) : undefined;
  return parent ? [{ kind: "parent", target: parent }] : [];
}

export function toComment(comment: GitHubComment): IssueComment {
  return {
    id: String(comment.id),
    body: comment.body ?? "",
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
    ...(comment.user ? { author: comment.user.login } : {}),
  };
}

/** `acme/app` of `https://api.github.com/repos/acme/app`. */
export function projectOf(issue: GitHubIssue): string {
  return issue.repository_url.split("/").slice(-2).join("/");
}
