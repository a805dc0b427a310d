import { PreloopError } from "#base";
import type { BuiltinCall, BuiltinResult, Issue, IssueChange, PreflightScope } from "#model";
import { linkText, type Tracker } from "#trackers";
import type { ToolInput, ToolOutput } from "./definitions.ts";
import { fetchIssue, findIssue, type IssueAddress } from "./find-tracker.ts";
import type { IssueServices } from "./issue-services.ts";
import { differences, type LastRead } from "./last-read.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { readStoredIssue, storeIssue } from "./stored-issue.ts";

interface CallScope {
  readonly call: BuiltinCall;
  readonly lastRead: LastRead;
}

/** An update made ready: what would change, and the issue as it is now. */
interface Prepared {
  readonly address: IssueAddress;
  readonly live: Issue;
  readonly change: IssueChange;
  /** The issue that this one is to be linked to, as its tracker names it. */
  readonly original: string | undefined;
}

/**
 * `update_issue`: reads before it writes. What differs from the issue is sent; an issue that changed since this session
 * or the store last saw it is not touched. @throws issue_conflict, field_refused
 */
export async function updateIssueTool(
  input: ToolInput<"update_issue">,
  services: IssueServices,
  { call, lastRead }: CallScope,
): Promise<BuiltinResult> {
  const ready = await prepare(input, services, {
    signal: call.signal,
    lastRead,
    base: lastRead.unbind(input),
  });
  const { live, change, original } = ready;
  const fields = [
    ...(original === undefined ? [] : ["duplicate_of"]),
    ...Object.keys(change).map(fieldNameOf),
  ];
  if (fields.length === 0) return updateResult(live, []);
  const updated = await applyUpdate(ready, call.signal).catch(async (error) => {
    // What may have been done is read again, so that neither the store nor the next try takes it for somebody else's.
    await fetchIssue(ready.address, call.signal).then(
      (now) => remember(now, services, lastRead),
      () => {},
    );
    throw error;
  });
  await remember(updated, services, lastRead);
  return updateResult(updated, fields);
}

/**
 * What makes the update pointless or impossible is said before a person is asked about it; where the caller may read the
 * issue, that is. What was looked at is what the update, once approved, must still find. @throws as {@link updateIssueTool}
 */
export async function preflightUpdate(
  input: ToolInput<"update_issue">,
  services: IssueServices,
  { scope, lastRead }: { readonly scope: PreflightScope; readonly lastRead: LastRead },
): Promise<BuiltinResult | undefined> {
  if (!scope.mayRead("get_issue", { issue: input.issue })) return undefined;
  const { address, live, change, original } = await prepare(input, services, {
    signal: scope.signal,
    lastRead,
  });
  if (Object.keys(change).length === 0 && original === undefined) return updateResult(live, []);
  await address.tracker.checkChange(live.key, change, scope.signal);
  lastRead.bind(input, live);
  return undefined;
}

async function applyUpdate(
  { address, live, change, original }: Prepared,
  signal: AbortSignal,
): Promise<Issue> {
  const { tracker } = address;
  const hasFields = Object.keys(change).length > 0;
  // A field that is refused must not leave a link behind; without a link, the update itself refuses it.
  if (hasFields && original !== undefined) await tracker.checkChange(live.key, change, signal);
  // Closed or reworded after it was linked: what is half done still leads to the other issue.
  if (original !== undefined) await tracker.linkIssues(live.key, "duplicates", original, signal);
  return hasFields ? tracker.updateIssue(live.key, change, signal) : tracker.getIssue(live.key, signal);
}

async function remember(issue: Issue, services: IssueServices, lastRead: LastRead): Promise<void> {
  lastRead.note(issue);
  await storeIssue(issue, undefined, services);
}

async function prepare(
  input: ToolInput<"update_issue">,
  services: IssueServices,
  {
    signal,
    lastRead,
    base,
  }: { readonly signal: AbortSignal; readonly lastRead: LastRead; readonly base?: Issue | undefined },
): Promise<Prepared> {
  const address = findIssue(input.issue, await services.trackers());
  const live = await fetchIssue(address, signal);
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
  const original = await fetchIssue(findIssue(duplicate_of, await services.trackers()), signal);
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

function fieldNameOf(field: string): string {
  return field === "body" ? "description" : field;
}

function updateResult(issue: Issue, updated: readonly string[]): BuiltinResult {
  const shown = showIssue(issue);
  const output: ToolOutput<"update_issue"> = { updated: [...updated], issue: shown };
  const head =
    updated.length > 0
      ? `Updated ${updated.join(", ")} of ${issue.key}.`
      : `Nothing to change: ${issue.key} is so already.`;
  return result(output, `${head}\n\n${issueText(shown)}`);
}
