import { type Log, silentLog } from "#base";
import type { Config } from "#config";
import { createLimiters, type Limiters } from "./http/limiter.ts";
import { systemTime, type Time } from "./http/time.ts";
import type { RetryPolicy } from "./http/types.ts";

/** Config of one tracker, of any vendor. */
export type TrackerConfig = Config["trackers"][string];
/** Config of a GitHub. */
export type GitHubConfig = Extract<TrackerConfig, { readonly type: "github" }>;
/** Config of a GitLab. */
export type GitLabConfig = Extract<TrackerConfig, { readonly type: "gitlab" }>;
/** Config of a Jira. */
export type JiraConfig = Extract<TrackerConfig, { readonly type: "jira" }>;

/** Services and limits that a tracker works with. */
export interface TrackerContext {
  readonly log: Log;
  readonly time: Time;
  readonly limiters: Limiters;
  /** What is left out is the vendor's. */
  readonly retryPolicy: Partial<RetryPolicy>;
}

/** Options of a tracker; everything has a sensible meaning when left out. */
export type TrackerOptions = Partial<TrackerContext>;

/** Shared by all trackers of this process that live by the system's clock, for their hosts count them together. */
const sharedLimiters = createLimiters(systemTime);

export function withTrackerDefaults(options: TrackerOptions): TrackerContext {
  const time = options.time ?? systemTime;
  const limiters = options.limiters ?? (time === systemTime ? sharedLimiters : createLimiters(time));
  return { log: options.log ?? silentLog, time, limiters, retryPolicy: options.retryPolicy ?? {} };
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  timeoutMs: 30_000,
  attempts: 4,
  maxWaitMs: 30_000,
  writeGapMs: 0,
};
