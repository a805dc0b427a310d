import { readAs } from "../read-as.ts";
import { fieldRefused, issueUnknown, unexpected } from "../refusals.ts";
import type { JiraContext } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { type JiraIssue, type JiraTransition, transitionsSchema } from "./schema.ts";
import { stateOf } from "./to-issue.ts";

/**
 * The step of the workflow that leads to a status: a status by its name, a step by its name, or any that opens or
 * closes. Undefined when the issue is there already. @throws field_refused with what can be reached
 */
export async function findTransition(
  site: JiraContext,
  issue: JiraIssue,
  status: string,
  signal?: AbortSignal,
): Promise<JiraTransition | undefined> {
  const wanted = status.trim().toLowerCase();
  const now = issue.fields.status;
  if (now.name.toLowerCase() === wanted) return undefined;
  const about = `the next statuses of ${issue.key}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "GET",
    path: `issue/${issue.key}/transitions`,
    query: { expand: "transitions.fields" },
  });
  if (answer.status === 404) throw issueUnknown(site.name, issue.key);
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const { transitions } = readAs(transitionsSchema, answer.data, { tracker: site.name, about });
  const named = transitions.find(({ to }) => to.name.toLowerCase() === wanted);
  if (named) return named;
  // A workflow may have statuses of these very names; only where none is in reach, any of that kind will do.
  const state = wanted === "open" || wanted === "closed" ? wanted : undefined;
  if (state && stateOf(now, issue.fields.resolutiondate ?? undefined) === state) return undefined;
  const found =
    transitions.find(({ name }) => name.toLowerCase() === wanted) ??
    (state && best(transitions.filter(({ to }) => stateOf(to) === state)));
  if (found) return found;
  const possible = [...new Set(transitions.map(({ to }) => to.name))];
  throw fieldRefused(site.name, "status", `no step leads from "${now.name}" to "${status}"`, possible);
}

const USUAL = ["done", "closed", "resolved", "to do", "open", "reopened", "backlog"];

/** Of several steps to a state, the one to the most usual status; else the workflow's first. */
function best(transitions: readonly JiraTransition[]): JiraTransition | undefined {
  const usual = USUAL.map((name) => transitions.find(({ to }) => to.name.toLowerCase() === name));
  return usual.find(Boolean) ?? transitions[0];
}

/** Takes a step. A resolution that the step asks for is given. */
export async function takeTransition(
  site: JiraContext,
  key: string,
  transition: JiraTransition,
  signal?: AbortSignal,
): Promise<void> {
  const about = `the step of ${key} to ${transition.to.name}`;
  const { resolution } = transition.fields ?? {};
  const values = (resolution?.allowedValues ?? []).flatMap(({ name }) => (name ? [name] : []));
  const name = values.find((value) => /^(done|fixed)$/i.test(value)) ?? values[0];
  const answer = await site.client.ask({
    about,
    signal,
    method: "POST",
    path: `issue/${key}/transitions`,
    body: {
      transition: { id: transition.id },
      ...(resolution?.required && name ? { fields: { resolution: { name } } } : {}),
    },
  });
  refuseInvalid(site, about, key, answer);
}
