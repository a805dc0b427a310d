import { messageOf, PreloopError } from "#base";
import type { BuiltinCall, Issue } from "#model";
import { findIssue } from "./find-tracker.ts";
import { loadIssue } from "./get-issue.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ToolOutput } from "./outputs.ts";

/** Counts of a list's issues, and the errors of those that failed. */
export type Metadata = ToolOutput<"estimate_compliance">["metadata"];

/** Result of the same work on each issue of a list. */
export interface BatchResult<T> {
  readonly done: readonly T[];
  readonly metadata: Metadata;
}

// Trackers and models take a few at a time; more would only wait at their door.
const AT_ONCE = 4;

/**
 * Does the same with each issue of a list, a few at a time. One that fails leaves the others: it is named in the
 * metadata. @throws request_cancelled, or the failure when not one issue succeeded
 */
export async function eachIssue<T>(
  identifiers: readonly string[],
  work: (issue: Issue, identifier: string) => Promise<T>,
  {
    services,
    call,
    lastRead,
  }: { readonly services: IssueServices; readonly call: BuiltinCall; readonly lastRead: LastRead },
): Promise<BatchResult<T>> {
  const trackers = await services.trackers();
  const wanted = [...new Set(identifiers)];
  const done = new Map<string, T>();
  const failed = new Map<string, string>();

  async function one(identifier: string): Promise<void> {
    try {
      const address = findIssue(identifier, trackers);
      const { issue } = await loadIssue(address, services, { comments: false, signal: call.signal });
      lastRead.note(issue);
      done.set(identifier, await work(issue, identifier));
    } catch (error) {
      if (call.signal.aborted) throw error;
      failed.set(identifier, messageOf(error));
    }
    call.progress(done.size + failed.size, wanted.length, identifier);
  }

  const queue = wanted.values();
  const worker = async () => {
    for (const identifier of queue) await one(identifier);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, worker));
  if (done.size === 0)
    throw new PreloopError("issue_unknown", [...failed].map(([id, why]) => `${id}: ${why}`).join("\n"));
  const inOrder = (of: ReadonlyMap<string, unknown>) => wanted.filter((identifier) => of.has(identifier));
  return {
    done: inOrder(done).map((identifier) => done.get(identifier)!),
    metadata: {
      total_requested: wanted.length,
      successfully_processed: done.size,
      failed_count: failed.size,
      failed_issues: inOrder(failed),
      errors: inOrder(failed).map((identifier) => `${identifier}: ${failed.get(identifier)}`),
    },
  };
}

/** What went wrong, for reading; undefined when nothing did. */
export function failuresText({ failed_count, total_requested, errors }: Metadata): string | undefined {
  if (failed_count === 0) return undefined;
  return `${failed_count} of ${total_requested} failed:\n${errors.map((error) => `- ${error}`).join("\n")}`;
}
