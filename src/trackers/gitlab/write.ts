import type { Issue, IssueChange, IssueDraft } from "#model";
import { findPlace, type ProjectPlace } from "../project-keys.ts";
import { issueUnknown, projectRefused, readCreated } from "../refusals.ts";
import { afterCreating, requireKept } from "../require-kept.ts";
import { priorityRefused, toIssueType, toLabels, toStateEvent } from "./fields.ts";
import { asPlainText } from "./quick-actions.ts";
import { fetchIssue, type GitLabContext, readIssueAnswer, withLinks } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { toIssue } from "./to-issue.ts";
import { userId } from "./users.ts";

/** Creates an issue, sending it once. */
export async function postIssue(lab: GitLabContext, draft: IssueDraft, signal?: AbortSignal): Promise<Issue> {
  const { event, type, labels, assignee } = await readDraft(lab, draft, signal);
  const { project } = lab.keys.at(draft.project, 0);
  const about = `a new issue in ${project}`;
  const answer = await lab.client.ask({ about, signal }, ({ issues }) =>
    issues.create(project, draft.title, {
      description: asPlainText(draft.body),
      ...(labels === undefined ? {} : { labels }),
      ...(assignee === undefined ? {} : { assigneeIds: [assignee] }),
      ...(type === undefined ? {} : { issueType: type }),
    }),
  );
  if (answer.status === 404) throw projectRefused(lab.name, project, "404");
  refuseInvalid(lab, about, answer);
  const answered = readCreated(lab.name, about, () => readIssueAnswer(lab, answer, about));
  const place = lab.keys.at(project, answered.iid);
  const made = toIssue(lab.name, answered, place, []); // nothing links to it yet
  const isClosed = event === "close";
  const issue = isClosed
    ? await afterCreating(made, () => change(lab, place, { stateEvent: event }, signal))
    : made;
  requireKept(issue, { ...draft, ...(type === undefined ? {} : { type }) }, "was created");
  return issue;
}

/** @throws field_refused for what GitLab cannot hold */
export async function checkDraft(lab: GitLabContext, draft: IssueDraft, signal?: AbortSignal): Promise<void> {
  await readDraft(lab, draft, signal);
}

/** A draft's fields as GitLab takes them. @throws field_refused */
async function readDraft(lab: GitLabContext, draft: IssueDraft, signal?: AbortSignal) {
  if (draft.priority !== undefined) throw priorityRefused(lab.name);
  return {
    event: draft.status === undefined ? "reopen" : toStateEvent(lab.name, draft.status),
    type: draft.type === undefined ? undefined : toIssueType(lab.name, draft.type),
    labels: draft.labels && toLabels(lab.name, draft.labels),
    assignee: draft.assignee === undefined ? undefined : await userId(lab, draft.assignee, signal),
  };
}

/** Sets what the change names, and nothing else. */
export async function patchIssue(
  lab: GitLabContext,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<Issue> {
  const place = findPlace(lab, key);
  const edit = await readChange(lab, wanted, signal);
  // GitLab takes no update that sets nothing.
  if (Object.keys(edit).length === 0) return fetchIssue(lab, key, signal);
  const issue = await change(lab, place, edit, signal);
  requireKept(issue, wanted, "was updated");
  return issue;
}

/** @throws field_refused for what GitLab cannot hold */
export async function checkChange(
  lab: GitLabContext,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<void> {
  findPlace(lab, key);
  await readChange(lab, wanted, signal);
}

/** A change as GitLab takes it. @throws field_refused */
async function readChange(lab: GitLabContext, wanted: IssueChange, signal?: AbortSignal): Promise<Edit> {
  if (typeof wanted.priority === "string") throw priorityRefused(lab.name);
  return {
    ...(wanted.title === undefined ? {} : { title: wanted.title }),
    ...(wanted.body === undefined ? {} : { description: asPlainText(wanted.body) }),
    ...(wanted.labels ? { labels: toLabels(lab.name, wanted.labels) } : {}),
    ...(wanted.status === undefined ? {} : { stateEvent: toStateEvent(lab.name, wanted.status) }),
    ...(wanted.assignee === undefined
      ? {}
      : { assigneeIds: [await assigneeId(lab, wanted.assignee, signal)] }),
  };
}

/** Values of an issue to set, as gitbeaker names them. */
interface Edit {
  readonly title?: string;
  readonly description?: string;
  /** Joined by commas; empty takes all away. */
  readonly labels?: string;
  readonly stateEvent?: "close" | "reopen";
  readonly assigneeIds?: number[];
}

/** 0 stands for nobody. */
async function assigneeId(
  lab: GitLabContext,
  assignee: string | null,
  signal?: AbortSignal,
): Promise<number> {
  return assignee === null ? 0 : userId(lab, assignee, signal);
}

async function change(
  lab: GitLabContext,
  place: ProjectPlace,
  edit: Edit,
  signal?: AbortSignal,
): Promise<Issue> {
  const about = `the update of ${place.key}`;
  // It sets values and adds nothing, so that a second delivery changes nothing more.
  const answer = await lab.client.ask({ about, signal, isRepeatable: true }, ({ issues }) =>
    issues.edit(place.project, place.number, { ...edit }),
  );
  if (answer.status === 404) throw issueUnknown(lab.name, place.key);
  refuseInvalid(lab, about, answer);
  return withLinks(lab, readIssueAnswer(lab, answer, about), place, signal);
}
