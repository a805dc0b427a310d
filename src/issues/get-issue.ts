import { isPreloopError, messageOf } from "#base";
import type { BuiltinCall, BuiltinResult, Issue, IssueComment } from "#model";
import type { Input, Output } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { askFor, type Found, findIssue } from "./find-tracker.ts";
import { type Kept, keepIssue, readKept } from "./keep.ts";
import type { Seen } from "./seen.ts";
import { issueText, result, showIssue } from "./shown.ts";

/** An issue, and where it was read. */
export interface Reading {
  readonly issue: Issue;
  readonly comments?: readonly IssueComment[] | undefined;
  readonly read: Output<"get_issue">["read"];
  /** Why it is not what the tracker holds now. */
  readonly note?: string;
}

/** What the store holds is as good as new for this long; agents read the same issue a few times in a row. */
const FRESH_MS = 60_000;

/** `get_issue`: the issue as it is now, or as it was synced when its tracker cannot be reached. */
export async function getIssue(
  { issue: identifier, include = [] }: Input<"get_issue">,
  desk: Desk,
  { call, seen }: { readonly call: BuiltinCall; readonly seen: Seen },
): Promise<BuiltinResult> {
  const found = findIssue(identifier, await desk.trackers());
  const wants = { comments: include.includes("comments"), signal: call.signal };
  const { issue, comments, read, note } = await readIssue(found, desk, wants);
  seen.note(issue);
  const shown = showIssue(issue, { comments, withLinks: include.includes("links") });
  const told: Output<"get_issue"> = { issue: shown, read, ...(note !== undefined && { note }) };
  return result(told, [note, issueText(shown)].filter(Boolean).join("\n\n"));
}

/**
 * Reads from the store what is fresh there, else from the tracker, else from the store what is left.
 * @throws what the tracker said, where the store has nothing
 */
export async function readIssue(
  found: Found,
  desk: Desk,
  { comments: withComments, signal }: { readonly comments: boolean; readonly signal: AbortSignal },
): Promise<Reading> {
  const kept = await readKept(found, desk);
  if (kept && !withComments && ageOf(kept, desk) < FRESH_MS) return { issue: kept.issue, read: "store" };
  try {
    return { ...(await readLive(found, desk, { withComments, signal })), read: "live" };
  } catch (error) {
    if (!kept || !isAway(error)) throw error;
    const since = kept.seenAt.toISOString();
    const note = `This is what was read at ${since}; it may have changed since: ${messageOf(error)}`;
    return {
      issue: kept.issue,
      ...(withComments && { comments: await kept.comments() }),
      read: "store",
      note,
    };
  }
}

async function readLive(
  found: Found,
  desk: Desk,
  { withComments, signal }: { readonly withComments: boolean; readonly signal: AbortSignal },
) {
  const issue = await askFor(found, signal);
  const comments = withComments ? await found.tracker.getComments(issue.key, signal) : undefined;
  await keepIssue(issue, comments, desk);
  return { issue, comments };
}

// A tracker that refuses us or does not know the issue has spoken; one that is limited or broken has not.
function isAway(error: unknown): boolean {
  return isPreloopError(error, "tracker_limited") || isPreloopError(error, "tracker_failed");
}

function ageOf({ seenAt }: Kept, { clock }: Desk): number {
  return clock.now().getTime() - seenAt.getTime();
}
