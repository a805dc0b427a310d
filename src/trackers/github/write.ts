import type { Issue, IssueChange, IssueComment, IssueDraft, LinkKind } from "#model";
import { linkText } from "../link-text.ts";
import { readAs } from "../read-as.ts";
import { fieldRefused, issueUnknown, projectRefused, readCreated, unexpected } from "../refusals.ts";
import { afterCreating, requireKept } from "../require-kept.ts";
import type { GitHubAnswer } from "./client.ts";
import type { Place } from "./keys.ts";
import { getIssue, type Hub, placeOf, readIssue } from "./read.ts";
import { commentSchema, issueSchema } from "./schema.ts";
import { toStatus } from "./status.ts";
import { toComment } from "./to-issue.ts";

const NO_PRIORITY = "GitHub's issues have no priority; set a label for it instead";

/** Creates an issue, sending it once. */
export async function createIssue(hub: Hub, draft: IssueDraft, signal?: AbortSignal): Promise<Issue> {
  checkDraft(hub, draft);
  const status = draft.status === undefined ? undefined : toStatus(hub.name, draft.status);
  const { owner, repo, project } = hub.keys.at(draft.project, 0);
  const about = `a new issue in ${project}`;
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.create({
      owner,
      repo,
      title: draft.title,
      body: draft.body,
      request,
      ...(draft.labels ? { labels: [...draft.labels] } : {}),
      ...(draft.assignee === undefined ? {} : { assignees: [login(draft.assignee)] }),
      ...(draft.type === undefined ? {} : { type: draft.type }),
    }),
  );
  if (answer.status === 404 || answer.status === 410)
    throw projectRefused(hub.name, project, String(answer.status));
  refuseInvalid(hub, about, answer);
  const { place, made } = readCreated(hub.name, about, () => {
    const { number } = readAs(issueSchema, answer.data, { tracker: hub.name, about });
    const place = hub.keys.at(project, number);
    return { place, made: readIssue(hub, answer, place) };
  });
  const isClosed = status?.state === "closed";
  const issue = isClosed ? await afterCreating(made, () => change(hub, place, status, signal)) : made;
  requireKept(issue, draft, "was created");
  return issue;
}

/** @throws field_refused for what GitHub cannot hold; its own word on people, types and rights comes with the write */
export function checkDraft(hub: Hub, draft: IssueDraft): void {
  checkChange(hub, draft);
}

/** @throws field_refused as {@link checkDraft} */
export function checkChange(hub: Hub, { priority, status }: Pick<IssueChange, "priority" | "status">): void {
  if (typeof priority === "string") throw fieldRefused(hub.name, "priority", NO_PRIORITY);
  if (status !== undefined) toStatus(hub.name, status);
}

/** Sets what the change names, and nothing else. */
export async function updateIssue(
  hub: Hub,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<Issue> {
  checkChange(hub, wanted);
  const issue = await change(
    hub,
    placeOf(hub, key),
    {
      ...(wanted.title === undefined ? {} : { title: wanted.title }),
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      ...(wanted.labels ? { labels: [...wanted.labels] } : {}),
      ...(wanted.assignee === undefined
        ? {}
        : { assignees: wanted.assignee === null ? [] : [login(wanted.assignee)] }),
      ...(wanted.status === undefined ? {} : toStatus(hub.name, wanted.status)),
    },
    signal,
  );
  requireKept(issue, wanted, "was updated");
  return issue;
}

/** People write names with an at sign. */
const login = (name: string) => name.replace(/^@/, "");

interface Patch {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: string[];
  readonly assignees?: string[];
  readonly state?: "open" | "closed";
  readonly state_reason?: "completed" | "not_planned" | "duplicate";
}

async function change(hub: Hub, place: Place, patch: Patch, signal?: AbortSignal): Promise<Issue> {
  const { owner, repo, number } = place;
  const about = `the update of ${place.key}`;
  // It sets values and adds nothing, so that a second delivery changes nothing more.
  const answer = await hub.client.ask({ about, signal, isRepeatable: true }, (octokit, request) =>
    octokit.rest.issues.update({ owner, repo, issue_number: number, ...patch, request }),
  );
  if (answer.status === 404 || answer.status === 410)
    throw issueUnknown(hub.name, place.key, answer.status === 410);
  refuseInvalid(hub, about, answer);
  return readIssue(hub, answer, place);
}

const FIELDS: Readonly<Record<string, string>> = {
  assignees: "assignee",
  body: "description",
  state: "status",
};

/** 422: GitHub says which field it does not take. */
function refuseInvalid(hub: Hub, about: string, answer: GitHubAnswer): void {
  if (answer.status < 300) return;
  const { errors = [] } = (answer.data ?? {}) as { errors?: readonly { field?: string }[] };
  const field = errors.find((error) => error?.field)?.field;
  if (answer.status !== 422 || !field) throw unexpected(hub.name, about, answer);
  const { message } = unexpected(hub.name, about, answer);
  throw fieldRefused(hub.name, FIELDS[field] ?? field, message);
}

export async function addComment(
  hub: Hub,
  key: string,
  body: string,
  signal?: AbortSignal,
): Promise<IssueComment> {
  const { owner, repo, number, key: about } = placeOf(hub, key);
  const answer = await hub.client.ask({ about: `a new comment on ${about}`, signal }, (octokit, request) =>
    octokit.rest.issues.createComment({ owner, repo, issue_number: number, body, request }),
  );
  if (answer.status === 404 || answer.status === 410) throw issueUnknown(hub.name, about);
  refuseInvalid(hub, `a new comment on ${about}`, answer);
  const comment = readCreated(hub.name, `a new comment on ${about}`, () =>
    readAs(commentSchema, answer.data, { tracker: hub.name, about }),
  );
  return toComment(comment);
}

/**
 * GitHub keeps a relation as a comment. Of an issue closed already, "duplicates" becomes the reason, too; closing it is
 * for `updateIssue`.
 */
export async function linkIssues(
  hub: Hub,
  key: string,
  link: { readonly kind: LinkKind; readonly target: string },
  signal?: AbortSignal,
): Promise<void> {
  const place = placeOf(hub, key);
  await addComment(hub, key, linkText(link.kind, link.target), signal);
  if (link.kind !== "duplicates") return;
  const issue = await getIssue(hub, key, signal);
  if (issue.state === "closed" && issue.status !== "duplicate")
    await change(hub, place, { state: "closed", state_reason: "duplicate" }, signal);
}
