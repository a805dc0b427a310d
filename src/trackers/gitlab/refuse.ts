import type { TrackerAnswer } from "../http/types.ts";
import { fieldRefused, unexpected } from "../refusals.ts";
import type { GitLabContext } from "./read.ts";

const FIELDS: Readonly<Record<string, string>> = { assignee_ids: "assignee", state_event: "status" };

/** Anything but success of a write. 400 and 422: `{"message": {"title": ["is too long"]}}` says which field GitLab does not take. */
export function refuseInvalid(lab: GitLabContext, about: string, answer: TrackerAnswer): void {
  if (answer.status < 300) return;
  const failure = unexpected(lab.name, about, answer);
  const { message } = (answer.data ?? {}) as { message?: unknown };
  const [field] = typeof message === "object" && message !== null ? Object.keys(message) : [];
  if (!field || (answer.status !== 400 && answer.status !== 422)) throw failure;
  throw fieldRefused(lab.name, FIELDS[field] ?? field, failure.message);
}
