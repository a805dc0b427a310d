/** Trackers: GitHub, GitLab and Jira behind one port; the vendors' libraries, dialects and limits stay in here. */
export { createTracker, openTrackers } from "./create.ts";
export type { TrackerConfig, TrackerOptions } from "./ground.ts";
export { linkText } from "./link-text.ts";
export { createLimiters, type Limiters } from "./polite/limiter.ts";
export { systemTime, type Time } from "./polite/time.ts";
export type { Patience } from "./polite/types.ts";
export type { ChangePage, CommentSet, Fate, Tracker } from "./types.ts";
