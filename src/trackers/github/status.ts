import { fieldRefused } from "../refusals.ts";

/** Status as GitHub takes it. */
export interface GitHubStatus {
  readonly state: "open" | "closed";
  readonly state_reason?: "completed" | "not_planned" | "duplicate";
}

const STATUSES: Readonly<Record<string, GitHubStatus>> = {
  open: { state: "open" },
  closed: { state: "closed" },
  completed: { state: "closed", state_reason: "completed" },
  "not planned": { state: "closed", state_reason: "not_planned" },
  duplicate: { state: "closed", state_reason: "duplicate" },
};

/** @throws field_refused with the possible values */
export function toStatus(tracker: string, status: string): GitHubStatus {
  const known = STATUSES[status.trim().toLowerCase().replaceAll("_", " ")];
  if (!known)
    throw fieldRefused(tracker, "status", `GitHub has no status "${status}"`, Object.keys(STATUSES));
  return known;
}
