import { isPreloopError, messageOf } from "#base";
import type { BuiltinCall, BuiltinResult, Issue, IssueComment } from "#model";
import { fetchAddressedIssue, findIssue, type IssueAddress } from "./find-tracker.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ToolOutput } from "./outputs.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { readStoredIssue, type StoredIssue, storeIssue } from "./stored-issue.ts";

/** Issue, and where it was read. */
export interface LoadedIssue {
  readonly issue: Issue;
  readonly comments?: readonly IssueComment[] | undefined;
  readonly read: ToolOutput<"get_issue">["read"];
  /** Why it is not what the tracker holds now. */
  readonly note?: string;
}

/** What the store holds is as good as new for this long; agents read the same issue a few times in a row. */
const FRESH_MS = 60_000;

/** `get_issue`: the issue as it is now, or as it was synced when its tracker cannot be reached. */
export async function getIssueTool(
  { issue: identifier, include = [] }: ToolInput<"get_issue">,
  services: IssueServices,
  { call, lastRead }: { readonly call: BuiltinCall; readonly lastRead: LastRead },
): Promise<BuiltinResult> {
  const address = findIssue(identifier, await services.trackers());
  const wants = { comments: include.includes("comments"), signal: call.signal };
  const { issue, comments, read, note } = await loadIssue(address, services, wants);
  lastRead.note(issue);
  const shown = showIssue(issue, { comments, withLinks: include.includes("links") });
  const output: ToolOutput<"get_issue"> = { issue: shown, read, ...(note !== undefined && { note }) };
  return result(output, [note, issueText(shown)].filter(Boolean).join("\n\n"));
}

/**
 * Reads from the store what is fresh there, else from the tracker, else from the store what is left.
 * @throws what the tracker said, where the store has nothing
 */
export async function loadIssue(
  address: IssueAddress,
  services: IssueServices,
  { comments: withComments, signal }: { readonly comments: boolean; readonly signal: AbortSignal },
): Promise<LoadedIssue> {
  const stored = await readStoredIssue(address, services);
  if (stored && !withComments && ageOf(stored, services) < FRESH_MS)
    return { issue: stored.issue, read: "store" };
  try {
    return { ...(await readLive(address, services, { withComments, signal })), read: "live" };
  } catch (error) {
    if (!stored || !isUnreachable(error)) throw error;
    const since = stored.seenAt.toISOString();
    const note = `This is what was read at ${since}; it may have changed since: ${messageOf(error)}`;
    return {
      issue: stored.issue,
      ...(withComments && { comments: await stored.comments() }),
      read: "store",
      note,
    };
  }
}

async function readLive(
  address: IssueAddress,
  services: IssueServices,
  { withComments, signal }: { readonly withComments: boolean; readonly signal: AbortSignal },
) {
  const issue = await fetchAddressedIssue(address, signal);
  const comments = withComments ? await address.tracker.getComments(issue.key, signal) : undefined;
  await storeIssue(issue, comments, services);
  return { issue, comments };
}

// A tracker that refuses us or does not know the issue has spoken; one that is limited or broken has not.
function isUnreachable(error: unknown): boolean {
  return isPreloopError(error, "tracker_limited") || isPreloopError(error, "tracker_failed");
}

function ageOf({ seenAt }: StoredIssue, { clock }: IssueServices): number {
  return clock.now().getTime() - seenAt.getTime();
}
