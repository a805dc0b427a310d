import { type Log, silentLog } from "#base";
import type { Config } from "#config";
import { createLimiters, type Limiters } from "./polite/limiter.ts";
import { systemTime, type Time } from "./polite/time.ts";
import type { Patience } from "./polite/types.ts";

export type TrackerConfig = Config["trackers"][string];
export type GitHubConfig = Extract<TrackerConfig, { readonly type: "github" }>;
export type GitLabConfig = Extract<TrackerConfig, { readonly type: "gitlab" }>;
export type JiraConfig = Extract<TrackerConfig, { readonly type: "jira" }>;

/** What a tracker stands on. */
export interface TrackerGround {
  readonly log: Log;
  readonly time: Time;
  readonly limiters: Limiters;
  /** What is left out is the vendor's. */
  readonly patience: Partial<Patience>;
}

/** What callers may say of it; everything has a sensible meaning when left out. */
export type TrackerOptions = Partial<TrackerGround>;

/** Shared by all trackers of this process that live by the system's clock, for their hosts count them together. */
const sharedLimiters = createLimiters(systemTime);

export function groundOf(options: TrackerOptions): TrackerGround {
  const time = options.time ?? systemTime;
  const limiters = options.limiters ?? (time === systemTime ? sharedLimiters : createLimiters(time));
  return { log: options.log ?? silentLog, time, limiters, patience: options.patience ?? {} };
}

export const USUAL_PATIENCE: Patience = {
  timeoutMs: 30_000,
  attempts: 4,
  maxWaitMs: 30_000,
  writeGapMs: 0,
};
