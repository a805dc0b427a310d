import { type TrackerConfig, type TrackerOptions, withTrackerDefaults } from "./context.ts";
import type { Tracker } from "./types.ts";

/** One tracker of the config. Nothing is asked and no vendor's library is loaded before its first call. */
export async function createTracker(
  name: string,
  config: TrackerConfig,
  options: TrackerOptions = {},
): Promise<Tracker> {
  const context = withTrackerDefaults(options);
  switch (config.type) {
    case "github":
      return (await import("./github/tracker.ts")).createGitHubTracker(name, config, context);
    case "gitlab":
      return (await import("./gitlab/tracker.ts")).createGitLabTracker(name, config, context);
    case "jira":
      return (await import("./jira/tracker.ts")).createJiraTracker(name, config, context);
  }
}

/** All trackers of the config, in its order. They share their limits: what one host allows one token, all keep to. */
export async function openTrackers(
  configs: Readonly<Record<string, TrackerConfig>>,
  options: TrackerOptions = {},
): Promise<readonly Tracker[]> {
  const context = withTrackerDefaults(options);
  return Promise.all(Object.entries(configs).map(([name, config]) => createTracker(name, config, context)));
}
