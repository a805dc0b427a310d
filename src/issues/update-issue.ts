import { PreloopError } from "#base";
import type { Issue, IssueChange, OwnCall, OwnResult } from "#model";
import type { Input, Output } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { findIssue } from "./find-tracker.ts";
import { keepIssue, readKept } from "./keep.ts";
import { differences, type Seen } from "./seen.ts";
import { issueText, result, showIssue } from "./shown.ts";

interface Around {
  readonly call: OwnCall;
  readonly seen: Seen;
}

/**
 * `update_issue`: reads before it writes. What differs from the issue is sent; an issue that changed since this session
 * or the store last saw it is not touched. @throws issue_conflict, field_refused
 */
export async function updateIssue(
  input: Input<"update_issue">,
  desk: Desk,
  around: Around,
): Promise<OwnResult> {
  const { tracker, live, change } = await prepare(input, desk, around);
  const fields = Object.keys(change);
  if (fields.length === 0) return told(live, []);
  const updated = await tracker.updateIssue(live.key, change, around.call.signal);
  around.seen.note(updated);
  await keepIssue(updated, undefined, desk);
  return told(updated, fields.map(wordOf));
}

/** What makes the update pointless is said before a person is asked about it. @throws as {@link updateIssue} */
export async function checkUpdate(
  input: Input<"update_issue">,
  desk: Desk,
  around: Around,
): Promise<OwnResult | undefined> {
  const { live, change } = await prepare(input, desk, around);
  return Object.keys(change).length === 0 ? told(live, []) : undefined;
}

async function prepare(input: Input<"update_issue">, desk: Desk, { call, seen }: Around) {
  const found = findIssue(input.issue, await desk.trackers());
  const live = await found.tracker.getIssue(found.key, call.signal);
  const known = seen.get(live) ?? (await readKept(found, desk))?.issue;
  // From here on the caller has been told how the issue is now, so that the next try can go through.
  seen.note(live);
  await keepIssue(live, undefined, desk);
  const changed = known ? differences(known, live) : [];
  if (changed.length > 0)
    throw new PreloopError(
      "issue_conflict",
      `${live.key} changed since it was last read (${changed.join("; ")}), at ${live.updatedAt.toISOString()}. ` +
        "Nothing was updated. Read it with get_issue and decide anew.",
    );
  return { tracker: found.tracker, live, change: changeOf(input, live) };
}

/** The fields of the input in which the issue would change. */
function changeOf(input: Input<"update_issue">, live: Issue): IssueChange {
  const { title, description: body, status, priority, assignee, labels } = input;
  return {
    ...(title !== undefined && title !== live.title && { title }),
    ...(body !== undefined && body !== live.body && { body }),
    ...(status !== undefined && !isStatus(live, status) && { status }),
    ...(priority !== undefined && priority !== (live.priority ?? null) && { priority }),
    ...(assignee !== undefined && assignee !== (live.assignee ?? null) && { assignee }),
    ...(labels !== undefined && !sameSet(labels, live.labels) && { labels }),
  };
}

function isStatus({ state, status }: Issue, wanted: string): boolean {
  const word = wanted.toLowerCase();
  return word === status.toLowerCase() || wanted === state;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}

function wordOf(field: string): string {
  return field === "body" ? "description" : field;
}

function told(issue: Issue, updated: readonly string[]): OwnResult {
  const shown = showIssue(issue);
  const output: Output<"update_issue"> = { updated: [...updated], issue: shown };
  const head =
    updated.length > 0
      ? `Updated ${updated.join(", ")} of ${issue.key}.`
      : `Nothing to change: ${issue.key} is so already.`;
  return result(output, `${head}\n\n${issueText(shown)}`);
}
