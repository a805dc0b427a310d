import type { Issue, IssueChange, IssueDraft } from "#model";
import { findPlace, type ProjectPlace } from "../project-keys.ts";
import { readAs } from "../read-as.ts";
import { fieldRefused, issueUnknown, projectRefused, readCreated } from "../refusals.ts";
import { afterCreating, requireKept } from "../require-kept.ts";
import { repositoryOf } from "./keys.ts";
import { type GitHubContext, readIssueAnswer } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { issueSchema } from "./schema.ts";
import { toStatus } from "./status.ts";

const NO_PRIORITY = "GitHub's issues have no priority; set a label for it instead";

/** Creates an issue, sending it once. */
export async function postIssue(hub: GitHubContext, draft: IssueDraft, signal?: AbortSignal): Promise<Issue> {
  checkDraft(hub, draft);
  const status = draft.status === undefined ? undefined : toStatus(hub.name, draft.status);
  const { project } = hub.keys.at(draft.project, 0);
  const about = `a new issue in ${project}`;
  const answer = await hub.client.ask({ about, signal }, (octokit, request) =>
    octokit.rest.issues.create({
      ...repositoryOf({ project }),
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
    return { place, made: readIssueAnswer(hub, answer, place) };
  });
  const isClosed = status?.state === "closed";
  const issue = isClosed ? await afterCreating(made, () => change(hub, place, status, signal)) : made;
  requireKept(issue, draft, "was created");
  return issue;
}

/** @throws field_refused for what GitHub cannot hold; its own word on people, types and rights comes with the write */
export function checkDraft(hub: GitHubContext, draft: IssueDraft): void {
  checkChange(hub, draft);
}

/** @throws field_refused as {@link checkDraft} */
export function checkChange(
  hub: GitHubContext,
  { priority, status }: Pick<IssueChange, "priority" | "status">,
): void {
  if (typeof priority === "string") throw fieldRefused(hub.name, "priority", NO_PRIORITY);
  if (status !== undefined) toStatus(hub.name, status);
}

/** Sets what the change names, and nothing else. */
export async function patchIssue(
  hub: GitHubContext,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<Issue> {
  checkChange(hub, wanted);
  const issue = await change(
    hub,
    findPlace(hub, key),
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

/** Values of an issue to set, as GitHub names them. */
interface Patch {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: string[];
  readonly assignees?: string[];
  readonly state?: "open" | "closed";
  readonly state_reason?: "completed" | "not_planned" | "duplicate";
}

/** Sets values of an issue. @throws issue_unknown, field_refused */
export async function change(
  hub: GitHubContext,
  place: ProjectPlace,
  patch: Patch,
  signal?: AbortSignal,
): Promise<Issue> {
  const about = `the update of ${place.key}`;
  // It sets values and adds nothing, so that a second delivery changes nothing more.
  const answer = await hub.client.ask({ about, signal, isRepeatable: true }, (octokit, request) =>
    octokit.rest.issues.update({ ...repositoryOf(place), issue_number: place.number, ...patch, request }),
  );
  if (answer.status === 404 || answer.status === 410)
    throw issueUnknown(hub.name, place.key, answer.status === 410);
  refuseInvalid(hub, about, answer);
  return readIssueAnswer(hub, answer, place);
}
