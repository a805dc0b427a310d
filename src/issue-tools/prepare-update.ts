import { PreloopError } from "#base";
import type { BuiltinCall, Issue, IssueChange } from "#model";
import { linkText, type Tracker } from "#trackers";
import { fetchAddressedIssue, findIssue, type IssueAddress } from "./find-tracker.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import { differences, type LastRead } from "./last-read.ts";
import { readStoredIssue } from "./stored-issue.ts";

/** Call that is being answered, and what its session has read. */
export interface CallScope {
  readonly call: BuiltinCall;
  readonly lastRead: LastRead;
}

/** Update made ready: what would change, and the issue as it is now. */
export interface Prepared {
  readonly address: IssueAddress;
  readonly live: Issue;
  readonly change: IssueChange;
  /** The issue that this one is to be linked to, as its tracker names it. */
  readonly original: string | undefined;
}

/** Reads the issue as it is now, and tells which fields an update would change. */
export async function prepare(
  input: ToolInput<"update_issue">,
  services: IssueServices,
  {
    signal,
    lastRead,
    base,
  }: { readonly signal: AbortSignal; readonly lastRead: LastRead; readonly base?: Issue | undefined },
): Promise<Prepared> {
  const address = findIssue(input.issue, await services.trackers());
  const live = await fetchAddressedIssue(address, signal);
  const known = base ?? lastRead.get(live) ?? (await readStoredIssue(address, services))?.issue;
  const changed = known ? differences(known, live) : [];
  if (changed.length > 0)
    throw new PreloopError(
      "issue_conflict",
      `${live.key} changed since it was last read (${changed.join("; ")}), at ${live.updatedAt.toISOString()}. ` +
        "Nothing was updated. Read it with get_issue and decide anew.",
    );
  const original = await originalOf(input, live, { services, tracker: address.tracker, signal });
  return { address, live, change: changeOf(input, live), original };
}

/** The issue that this one is to be linked to, as its tracker names it; undefined when it is so already. */
async function originalOf(
  { duplicate_of }: ToolInput<"update_issue">,
  live: Issue,
  {
    services,
    tracker,
    signal,
  }: { readonly services: IssueServices; readonly tracker: Tracker; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (duplicate_of === undefined) return undefined;
  // Asked for, since a link to an issue that is not there would be found by nobody.
  const original = await fetchAddressedIssue(findIssue(duplicate_of, await services.trackers()), signal);
  const isSame = original.tracker === live.tracker && original.id === live.id;
  if (isSame)
    throw new PreloopError(
      "field_refused",
      `${live.key} cannot be a duplicate of itself. Nothing was updated.`,
    );
  const target = original.tracker === live.tracker ? original.key : original.url;
  const isLinked = live.links.some((link) => link.kind === "duplicates" && link.target === target);
  if (isLinked) return undefined;
  // Trackers without such links have it in a comment.
  const comments = await tracker.getComments(live.key, signal);
  return comments.some(({ body }) => body.trim() === linkText("duplicates", target)) ? undefined : target;
}

/** The fields of the input in which the issue would change. */
function changeOf(input: ToolInput<"update_issue">, live: Issue): IssueChange {
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

/** The name of a field as the tools call it. */
export function fieldNameOf(field: string): string {
  return field === "body" ? "description" : field;
}
