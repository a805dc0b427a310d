import { groundOf, type TrackerConfig, type TrackerOptions } from "./ground.ts";
import type { Tracker } from "./types.ts";

/** One tracker of the config. Nothing is asked and no vendor's library is loaded before its first call. */
export async function createTracker(
  name: string,
  config: TrackerConfig,
  options: TrackerOptions = {},
): Promise<Tracker> {
  const ground = groundOf(options);
  switch (config.type) {
    case "github":
      return (await import("./github/tracker.ts")).createGitHubTracker(name, config, ground);
    case "gitlab":
      return (await import("./gitlab/tracker.ts")).createGitLabTracker(name, config, ground);
    case "jira":
      return (await import("./jira/tracker.ts")).createJiraTracker(name, config, ground);
  }
}

/** All trackers of the config, in its order. They share their limits: what one host allows one token, all keep to. */
export async function openTrackers(
  configs: Readonly<Record<string, TrackerConfig>>,
  options: TrackerOptions = {},
): Promise<readonly Tracker[]> {
  const ground = groundOf(options);
  return Promise.all(Object.entries(configs).map(([name, config]) => createTracker(name, config, ground)));
}
