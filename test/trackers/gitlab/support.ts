import { afterEach, expect } from "vitest";
import { createTracker, type Tracker, type TrackerOptions } from "#trackers";
import { type GitLabOptions, type GitLabServer, startGitLab } from "../servers/gitlab.ts";
import { quickTime } from "../support/time.ts";

const opened: { server: GitLabServer; tracker: Tracker }[] = [];

/** A GitLab and the tracker that reads it; after the test, nothing may have broken GitLab's description, where there is one. */
export async function openGitLab(
  options: GitLabOptions = {},
  { config = {}, ...trackerOptions }: TrackerOptions & { config?: object } = {},
): Promise<{ server: GitLabServer; tracker: Tracker }> {
  const server = await startGitLab(options);
  const tracker = await createTracker(
    "lab",
    { type: "gitlab", url: server.url, token: server.token, projects: ["acme/app"], ...config },
    { time: quickTime(), ...trackerOptions },
  );
  opened.push({ server, tracker });
  return { server, tracker };
}

afterEach(async () => {
  const violations: string[] = [];
  for (const { server, tracker } of opened.splice(0)) {
    tracker.close();
    await server.close();
    violations.push(...server.violations);
  }
  expect(violations).toEqual([]);
});
