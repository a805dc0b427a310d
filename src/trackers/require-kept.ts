import { isPreloopError, PreloopError } from "#base";
import type { Issue, IssueChange, IssueDraft } from "#model";

/**
 * Trackers drop what a token may not set without a word. @throws field_refused that names what is missing, and says
 * that the rest was done, so that nobody does it twice
 */
export function requireKept(
  issue: Issue,
  wanted: Pick<IssueDraft, "type"> & Pick<IssueChange, "labels" | "assignee">,
  done: "was created" | "was updated",
): void {
  const has = new Set(issue.labels.map(lower));
  const missing = [
    ...(wanted.labels && !isSame(has, new Set(wanted.labels.map(lower))) ? ["labels"] : []),
    ...(wanted.assignee !== undefined && bare(wanted.assignee) !== bare(issue.assignee) ? ["assignee"] : []),
    ...(wanted.type !== undefined && lower(wanted.type) !== lower(issue.type) ? ["type"] : []),
  ];
  if (missing.length === 0) return;
  throw new PreloopError(
    "field_refused",
    `${issue.key} ${done}, but ${issue.tracker} did not set ${missing.join(" and ")}: its token may lack the right; do not repeat the rest`,
    { data: { tracker: issue.tracker, key: issue.key, url: issue.url, fields: missing, isDone: true } },
  );
}

/** The second step of a creation. @throws what it throws, with the word that the issue is there, so that nobody makes it again */
export async function afterCreating(made: Issue, step: () => Promise<Issue>): Promise<Issue> {
  try {
    return await step();
  } catch (error) {
    if (!isPreloopError(error)) throw error;
    throw new PreloopError(
      error.code,
      `${made.key} was created, but its status was not set: ${error.message}; do not create it again`,
      { data: { ...error.data, key: made.key, url: made.url, isDone: true } },
    );
  }
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((label) => other.has(label));
const lower = (text: string | null | undefined) => (text ?? "").toLowerCase();
/** People write names with an at sign. */
const bare = (name: string | null | undefined) => lower(name).replace(/^@/, "");
