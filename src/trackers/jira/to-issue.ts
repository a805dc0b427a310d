import type { Issue, IssueComment, IssueLink, LinkKind } from "#model";
import type { JiraDeployment } from "./deployment.ts";
import type { JiraKeys } from "./keys.ts";
import type { JiraComment, JiraIssue, JiraLink, JiraStatus } from "./schema.ts";

/** Jira's issue in the words all trackers share. */
export function toIssue(
  tracker: string,
  issue: JiraIssue,
  deployment: JiraDeployment,
  keys: JiraKeys,
): Issue {
  const { fields, id, key } = issue;
  const text = deployment.readText(fields.description);
  const assignee = fields.assignee ? deployment.userId(fields.assignee) : undefined;
  const state = stateOf(fields.status, fields.resolutiondate ?? undefined);
  const commentCount = fields.comment?.total ?? undefined;
  return {
    tracker,
    project: keys.projectOf(key),
    id,
    key,
    url: keys.urlOf(key),
    title: fields.summary,
    body: text.markdown,
    isLossy: text.isLossy,
    state,
    status: fields.status.name,
    labels: fields.labels ?? [],
    createdAt: fields.created,
    updatedAt: fields.updated,
    links: linksOf(issue),
    ...(text.raw === undefined ? {} : { rawBody: text.raw }),
    ...(fields.issuetype ? { type: fields.issuetype.name } : {}),
    ...(fields.priority ? { priority: fields.priority.name } : {}),
    ...(assignee === undefined ? {} : { assignee }),
    ...(fields.assignee?.displayName ? { assigneeName: fields.assignee.displayName } : {}),
    ...authorOf(fields.reporter?.displayName ?? fields.reporter?.name),
    ...(state === "closed" && fields.resolutiondate ? { closedAt: fields.resolutiondate } : {}),
    ...(commentCount === undefined ? {} : { commentCount }),
  };
}

export function toComment(comment: JiraComment, deployment: JiraDeployment): IssueComment {
  return {
    id: comment.id,
    body: deployment.readText(comment.body).markdown,
    createdAt: comment.created,
    updatedAt: comment.updated,
    ...authorOf(comment.author?.displayName ?? comment.author?.name),
  };
}

const authorOf = (author: string | null | undefined) => (author ? { author } : {});

/** Every status of a workflow, whatever it is called, is in one of three categories; `done` is the last. */
export function stateOf({ statusCategory }: JiraStatus, resolvedAt?: Date): Issue["state"] {
  if (statusCategory) return statusCategory.key === "done" ? "closed" : "open";
  return resolvedAt === undefined ? "open" : "closed";
}

function linksOf({ fields }: JiraIssue): IssueLink[] {
  const { issuelinks, parent, subtasks } = fields;
  return [
    ...(parent ? [link("parent", parent)] : []),
    ...(subtasks ?? []).map((child) => link("child", child)),
    ...(issuelinks ?? []).flatMap((each) => {
      const other = each.outwardIssue ?? each.inwardIssue;
      return other ? [link(kindOf(each), other)] : [];
    }),
  ];
}

const link = (kind: LinkKind, { id, key }: { id?: string | null | undefined; key: string }): IssueLink => ({
  kind,
  target: key,
  ...(id ? { targetId: id } : {}),
});

/** Sites name their own types of links; these two are read by their words, and the rest just relate. */
function kindOf({ type, outwardIssue }: JiraLink): LinkKind {
  const words = `${type.name} ${type.outward ?? ""}`.toLowerCase();
  if (/duplicat/.test(words)) return outwardIssue ? "duplicates" : "duplicated_by";
  if (/\bblock/.test(words)) return outwardIssue ? "blocks" : "blocked_by";
  return "relates";
}
