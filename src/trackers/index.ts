/** Trackers: GitHub, GitLab and Jira behind one port; the vendors' libraries, dialects and limits stay in here. */
export type { ChangePage, CommentSet, Fate, Tracker } from "./types.ts";
