import type { BuiltinResult, Issue, PreflightScope } from "#model";
import { fetchAddressedIssue } from "./find-tracker.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ToolOutput } from "./outputs.ts";
import { type CallScope, fieldNameOf, type Prepared, prepare } from "./prepare-update.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { storeIssue } from "./stored-issue.ts";

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
    await fetchAddressedIssue(ready.address, call.signal).then(
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

function updateResult(issue: Issue, updated: readonly string[]): BuiltinResult {
  const shown = showIssue(issue);
  const output: ToolOutput<"update_issue"> = { updated: [...updated], issue: shown };
  const head =
    updated.length > 0
      ? `Updated ${updated.join(", ")} of ${issue.key}.`
      : `Nothing to change: ${issue.key} is so already.`;
  return result(output, `${head}\n\n${issueText(shown)}`);
}
