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
  const { tracker, live, change, original } = await prepare(input, desk, around);
  const fields = Object.keys(change);
  const { signal } = around.call;
  if (original !== undefined) await tracker.linkIssues(live.key, "duplicates", original, signal);
  // Closed or reworded after it was linked: what is half done still leads to the other issue.
  const updated =
    fields.length > 0
      ? await tracker.updateIssue(live.key, change, signal)
      : original === undefined
        ? live
        : await tracker.getIssue(live.key, signal);
  if (original !== undefined) fields.unshift("duplicate_of");
  if (fields.length === 0) return told(live, []);
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
  const { live, change, original } = await prepare(input, desk, around);
  return Object.keys(change).length === 0 && original === undefined ? told(live, []) : undefined;
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
  const original = await originalOf(input, live, { desk, signal: call.signal });
  return { tracker: found.tracker, live, change: changeOf(input, live), original };
}

/** The issue that this one is to be linked to, as its tracker names it; undefined when it is so already. */
async function originalOf(
  { duplicate_of }: Input<"update_issue">,
  live: Issue,
  { desk, signal }: { readonly desk: Desk; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (duplicate_of === undefined) return undefined;
  const found = findIssue(duplicate_of, await desk.trackers());
  // Asked for, since a link to an issue that is not there would be found by nobody.
  const original = await found.tracker.getIssue(found.key, signal);
  const isSame = original.tracker === live.tracker && original.id === live.id;
  if (isSame)
    throw new PreloopError(
      "field_refused",
      `${live.key} cannot be a duplicate of itself. Nothing was updated.`,
    );
  const target = original.tracker === live.tracker ? original.key : original.url;
  const isLinked = live.links.some((link) => link.kind === "duplicates" && link.target === target);
  return isLinked ? undefined : target;
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
