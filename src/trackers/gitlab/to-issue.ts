import type { Issue, IssueComment, IssueLink, LinkKind } from "#model";
import type { ProjectKeys, ProjectPlace } from "../project-keys.ts";
import type { GitLabIssue, GitLabNote, LinkedIssue } from "./schema.ts";

/** GitLab's issue in the words all trackers share. */
export function toIssue(
  tracker: string,
  issue: GitLabIssue,
  place: ProjectPlace,
  links: readonly IssueLink[],
): Issue {
  const assignee = issue.assignees?.[0];
  return {
    tracker,
    project: place.project,
    id: String(issue.id),
    key: place.key,
    url: issue.web_url,
    title: issue.title,
    body: issue.description ?? "",
    isLossy: false,
    state: issue.state === "closed" ? "closed" : "open",
    status: issue.state,
    labels: issue.labels.map((label) => (typeof label === "string" ? label : label.name)),
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    commentCount: issue.user_notes_count,
    links,
    ...(issue.issue_type ? { type: issue.issue_type } : {}),
    ...(assignee ? { assignee: assignee.username, assigneeName: assignee.name ?? assignee.username } : {}),
    ...(issue.author ? { author: issue.author.username } : {}),
    ...(issue.closed_at ? { closedAt: issue.closed_at } : {}),
  };
}

export function toComment(note: GitLabNote): IssueComment {
  return {
    id: String(note.id),
    body: note.body,
    createdAt: note.created_at,
    updatedAt: note.updated_at,
    ...(note.author ? { author: note.author.username } : {}),
  };
}

const KINDS: Readonly<Record<string, LinkKind>> = {
  relates_to: "relates",
  blocks: "blocks",
  is_blocked_by: "blocked_by",
};

/** An issue's relations: its links, and what it was closed as a duplicate of. */
export function toLinks(
  issue: GitLabIssue,
  linked: readonly LinkedIssue[],
  place: ProjectPlace,
  keys: ProjectKeys,
): IssueLink[] {
  const links = linked.flatMap((other): IssueLink[] => {
    const key = other.references?.full ? keys.place(other.references.full)?.key : keys.read(other.web_url);
    const kind = KINDS[other.link_type];
    return key && kind ? [{ kind, target: key, targetId: String(other.id) }] : [];
  });
  // GitLab names the original by its project's number, and only its own is known here.
  const [, project, iid] =
    /\/projects\/(\d+)\/issues\/(\d+)$/.exec(issue._links?.closed_as_duplicate_of ?? "") ?? [];
  if (Number(project) !== issue.project_id) return links;
  return [...links, { kind: "duplicates", target: keys.at(place.project, Number(iid)).key }];
}
