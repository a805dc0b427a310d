import { fieldRefused, unexpected } from "../refusals.ts";
import type { GitHubAnswer } from "./client.ts";
import type { GitHubContext } from "./read.ts";

const FIELDS: Readonly<Record<string, string>> = {
  assignees: "assignee",
  body: "description",
  state: "status",
};

/** Anything but success of a write. 422: GitHub says which field it does not take. */
export function refuseInvalid(hub: GitHubContext, about: string, answer: GitHubAnswer): void {
  if (answer.status < 300) return;
  const { errors = [] } = (answer.data ?? {}) as { errors?: readonly { field?: string }[] };
  const field = errors.find((error) => error?.field)?.field;
  if (answer.status !== 422 || !field) throw unexpected(hub.name, about, answer);
  const { message } = unexpected(hub.name, about, answer);
  throw fieldRefused(hub.name, FIELDS[field] ?? field, message);
}
