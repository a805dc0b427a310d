import type { Issue, IssueChange, IssueDraft } from "#model";
import { readAs } from "../read-as.ts";
import { projectRefused, readCreated } from "../refusals.ts";
import { assigneeOf, labelsOf, priorityOf, typeIdOf } from "./fields.ts";
import { askIssue, fetchIssue, type JiraContext } from "./read.ts";
import { afterDone, readAfter, refuseInvalid } from "./refuse.ts";
import { createdSchema, type JiraIssue } from "./schema.ts";
import { findTransition, takeTransition } from "./transition.ts";

type Fields = Record<string, unknown>;

/** Creates an issue, sending it once. All that can be looked up is looked up before. */
export async function postIssue(site: JiraContext, draft: IssueDraft, signal?: AbortSignal): Promise<Issue> {
  const { project } = draft;
  const fields = await newFieldsOf(site, draft, signal);
  const about = `a new issue in ${project}`;
  const answer = await site.client.ask({ about, signal, method: "POST", path: "issue", body: { fields } });
  if (answer.status === 404) throw projectRefused(site.name, project, "404");
  refuseInvalid(site, about, undefined, answer);
  const { key } = readCreated(site.name, about, () =>
    readAs(createdSchema, answer.data, { tracker: site.name, about }),
  );
  const { status } = draft;
  // The first status is the workflow's to choose; another one is a step from there.
  if (status !== undefined)
    await afterDone(site, key, "was created", async () =>
      step(site, await askIssue(site, key, signal), status, signal),
    );
  return readAfter(site, key, "was created", signal);
}

/** @throws field_refused for what Jira cannot hold; where a workflow begins, and what it lets follow, shows with the issue only */
export async function checkDraft(site: JiraContext, draft: IssueDraft, signal?: AbortSignal): Promise<void> {
  await newFieldsOf(site, draft, signal);
}

/** A draft's fields as Jira takes them. @throws field_refused */
async function newFieldsOf(site: JiraContext, draft: IssueDraft, signal?: AbortSignal): Promise<Fields> {
  const { project, priority, assignee, labels } = draft;
  const typeId = await typeIdOf(site, project, draft.type, signal);
  const screen = { kind: "create", project, typeId } as const;
  return {
    project: { key: project },
    issuetype: { id: typeId },
    summary: draft.title,
    ...(draft.body.trim() === "" ? {} : { description: site.deployment.writeText(draft.body) }),
    ...(labels && labels.length > 0 ? { labels: labelsOf(site, labels) } : {}),
    ...(priority === undefined ? {} : { priority: await priorityOf(site, screen, priority, signal) }),
    ...(assignee === undefined ? {} : { assignee: await assigneeOf(site, { project }, assignee, signal) }),
  };
}

/** Sets what the change names, and nothing else. The step to another status comes last, and is looked up first. */
export async function patchIssue(
  site: JiraContext,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<Issue> {
  const { issue, transition, fields } = await readChange(site, key, wanted, signal);
  const hasFields = Object.keys(fields).length > 0;
  if (!hasFields && !transition) return fetchIssue(site, issue.key, signal);
  if (hasFields) await edit(site, issue.key, fields, signal);
  if (!transition) return readAfter(site, issue.key, "was updated", signal);
  const take = () => takeTransition(site, issue.key, transition, signal);
  await (hasFields ? afterDone(site, issue.key, "was updated, but not its status", take) : take());
  return readAfter(site, issue.key, "was updated", signal);
}

/** @throws field_refused for what Jira cannot hold, or a status that no step leads to */
export async function checkChange(
  site: JiraContext,
  key: string,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<void> {
  await readChange(site, key, wanted, signal);
}

/** A change as Jira takes it. @throws field_refused */
async function readChange(site: JiraContext, key: string, wanted: IssueChange, signal?: AbortSignal) {
  const issue = await askIssue(site, key, signal);
  const { status } = wanted;
  const transition = status === undefined ? undefined : await findTransition(site, issue, status, signal);
  return { issue, transition, fields: await fieldsOf(site, issue, wanted, signal) };
}

async function fieldsOf(
  site: JiraContext,
  issue: JiraIssue,
  wanted: IssueChange,
  signal?: AbortSignal,
): Promise<Fields> {
  const { key } = issue;
  const { title, body, labels, priority, assignee } = wanted;
  const screen = { kind: "edit", key } as const;
  return {
    ...(title === undefined ? {} : { summary: title }),
    ...(body === undefined ? {} : descriptionOf(site, issue, body)),
    ...(labels === undefined ? {} : { labels: labelsOf(site, labels) }),
    ...(priority === undefined
      ? {}
      : { priority: priority === null ? null : await priorityOf(site, screen, priority, signal) }),
    ...(assignee === undefined
      ? {}
      : { assignee: assignee === null ? null : await assigneeOf(site, { issueKey: key }, assignee, signal) }),
  };
}

/** A description that reads as it did is left alone, with all that Markdown cannot say. */
function descriptionOf(site: JiraContext, issue: JiraIssue, body: string): Fields {
  const raw = issue.fields.description;
  if (site.deployment.readText(raw).markdown === body.trim()) return {};
  return { description: site.deployment.rewriteText(raw, body, `The description of ${issue.key}`) };
}

async function edit(site: JiraContext, key: string, fields: Fields, signal?: AbortSignal): Promise<void> {
  const about = `the update of ${key}`;
  // It sets values and adds nothing, so that a second delivery changes nothing more.
  const answer = await site.client.ask({
    about,
    signal,
    method: "PUT",
    path: `issue/${key}`,
    body: { fields },
    isRepeatable: true,
  });
  refuseInvalid(site, about, key, answer);
}

async function step(
  site: JiraContext,
  issue: JiraIssue,
  status: string,
  signal?: AbortSignal,
): Promise<void> {
  const transition = await findTransition(site, issue, status, signal);
  if (transition) await takeTransition(site, issue.key, transition, signal);
}
