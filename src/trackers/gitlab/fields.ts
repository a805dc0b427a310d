import { fieldRefused } from "../refusals.ts";

const NO_PRIORITY = "GitLab's issues have no priority; set a label for it instead, like priority::high";

export const priorityRefused = (tracker: string) => fieldRefused(tracker, "priority", NO_PRIORITY);

/** What GitLab takes for a status. @throws field_refused with the possible values */
export function toStateEvent(tracker: string, status: string): "close" | "reopen" {
  const word = status.trim().toLowerCase();
  if (word === "open" || word === "opened") return "reopen";
  if (word === "closed") return "close";
  throw fieldRefused(tracker, "status", `GitLab has no status "${status}"`, ["open", "closed"]);
}

const TYPES = ["issue", "incident", "test_case", "task"];

/** @throws field_refused with the possible values */
export function toIssueType(tracker: string, type: string): string {
  const word = type.trim().toLowerCase().replaceAll(/[ -]/g, "_");
  if (!TYPES.includes(word)) throw fieldRefused(tracker, "type", `GitLab has no type "${type}"`, TYPES);
  return word;
}

/** Labels as GitLab takes them, joined by commas. @throws field_refused for a label that would become two */
export function toLabels(tracker: string, labels: readonly string[]): string {
  const odd = labels.find((label) => label.includes(",") || label.trim() === "");
  if (odd === undefined) return labels.join(",");
  throw fieldRefused(tracker, "labels", `GitLab's labels have a name without commas, unlike "${odd}"`);
}
