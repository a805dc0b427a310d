/** Trackers: GitHub, GitLab and Jira behind one port; the vendors' libraries, formats and limits stay in here. */

export type { TrackerConfig, TrackerOptions } from "./context.ts";
export { createTracker, openTrackers } from "./create.ts";
export { createLimiters, type Limiters } from "./http/limiter.ts";
export { systemTime, type Time } from "./http/time.ts";
export type { RetryPolicy } from "./http/types.ts";
export { linkText } from "./link-text.ts";
export type { ChangePage, CommentSet, MissingIssue, Tracker } from "./types.ts";
