import { PreloopError } from "#base";
import type { Issue } from "#model";
import type { TrackerAnswer } from "../http/types.ts";
import { fieldRefused, issueUnknown, unexpected } from "../refusals.ts";
import { fetchIssue, type JiraContext } from "./read.ts";

const NAMES: Readonly<Record<string, string>> = {
  summary: "title",
  issuetype: "type",
  body: "description",
  comment: "description",
};

/** Anything but success of a write. 400 and 422 say in `errors` which field Jira does not take, and why. */
export function refuseInvalid(
  site: JiraContext,
  about: string,
  key: string | undefined,
  answer: TrackerAnswer,
): void {
  if (answer.status < 300) return;
  if (answer.status === 404 && key !== undefined) throw issueUnknown(site.name, key);
  const { errors } = (answer.data ?? {}) as { errors?: Record<string, unknown> };
  const [field, problem] = Object.entries(errors ?? {})[0] ?? [];
  if (field && (answer.status === 400 || answer.status === 422))
    throw fieldRefused(site.name, NAMES[field] ?? field, String(problem));
  throw unexpected(site.name, about, answer);
}

/**
 * Work that follows a write that was done. What fails is said together with what was done, so that nobody does it
 * twice; an issue that cannot be read afterwards is there all the same.
 */
export async function afterDone<T>(
  site: JiraContext,
  key: string,
  done: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PreloopError)) throw error;
    const url = site.keys.urlOf(key);
    throw new PreloopError(
      error.code,
      `${key} ${done}, and then: ${error.message}; do not repeat what was done`,
      { cause: error, data: { ...error.data, tracker: site.name, key, url, isDone: true } },
    );
  }
}

/** The issue as it is after a write. */
export const readAfter = (
  site: JiraContext,
  key: string,
  done: string,
  signal?: AbortSignal,
): Promise<Issue> => afterDone(site, key, done, () => fetchIssue(site, key, signal));
