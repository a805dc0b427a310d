import type { BuiltinResult, Issue, IssueComment } from "#model";
import type { ShownIssue } from "./outputs.ts";

/** What to tell of an issue besides its fields. */
interface Extras {
  readonly comments?: readonly IssueComment[] | undefined;
  readonly withLinks?: boolean;
}

/** An issue as structured content. */
export function showIssue(issue: Issue, { comments, withLinks }: Extras = {}): ShownIssue {
  return {
    id: idOf(issue),
    external_id: issue.id,
    key: issue.key,
    tracker: issue.tracker,
    project: issue.project,
    url: issue.url,
    title: issue.title,
    description: issue.body,
    state: issue.state,
    status: issue.status,
    ...(issue.type !== undefined && { type: issue.type }),
    ...(issue.priority !== undefined && { priority: issue.priority }),
    labels: [...issue.labels],
    ...(issue.assignee !== undefined && { assignee: issue.assignee }),
    ...(issue.author !== undefined && { author: issue.author }),
    created_at: issue.createdAt.toISOString(),
    updated_at: issue.updatedAt.toISOString(),
    ...(issue.closedAt && { closed_at: issue.closedAt.toISOString() }),
    ...(comments && { comments: comments.map(showComment) }),
    ...(withLinks && { links: issue.links.map(({ kind, target }) => ({ kind, target })) }),
  };
}

/** `tracker:key`, which names one issue among all trackers. */
export function idOf({ tracker, key }: Pick<Issue, "tracker" | "key">): string {
  return `${tracker}:${key}`;
}

/** The same issue for reading: its head in a few lines, its description, what was said of it. */
export function issueText(shown: ShownIssue): string {
  const facts = [
    `${shown.status}${shown.status.toLowerCase() === shown.state ? "" : ` (${shown.state})`}`,
    shown.type,
    shown.priority && `priority ${shown.priority}`,
    shown.assignee ? `assigned to ${shown.assignee}` : "unassigned",
    shown.labels.length > 0 && `labels ${shown.labels.join(", ")}`,
  ].filter(Boolean);
  const links = shown.links?.map(({ kind, target }) => `- ${kind.replace("_", " ")} ${target}`) ?? [];
  const comments = shown.comments?.map(
    ({ author, created_at, body }) => `## ${author ?? "somebody"}, ${created_at}\n\n${body}`,
  );
  return [
    `# ${shown.key}: ${shown.title}`,
    `${facts.join(" · ")}\n${shown.url}\nupdated ${shown.updated_at}`,
    shown.description,
    links.length > 0 && `## Links\n\n${links.join("\n")}`,
    ...(comments ?? []),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** A tool's result: text for the model, the same facts for a program. */
export function result(structured: object, text: string): BuiltinResult {
  return {
    content: [{ type: "text", text }],
    structuredContent: structured as NonNullable<BuiltinResult["structuredContent"]>,
  };
}

function showComment({ id, author, body, createdAt, updatedAt }: IssueComment) {
  return {
    id,
    ...(author !== undefined && { author }),
    body,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
