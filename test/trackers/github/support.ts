import { afterEach, expect } from "vitest";
import { createTracker, type Tracker, type TrackerOptions } from "#trackers";
import { type GitHubOptions, type GitHubServer, startGitHub } from "../servers/github.ts";
import { quickTime } from "../support/time.ts";

const opened: { server: GitHubServer; tracker: Tracker }[] = [];

/** A GitHub and the tracker that reads it; after the test, nothing may have broken GitHub's description. */
export async function openGitHub(
  options: GitHubOptions = {},
  { config = {}, ...trackerOptions }: TrackerOptions & { config?: object } = {},
): Promise<{ server: GitHubServer; tracker: Tracker }> {
  const server = await startGitHub(options);
  const tracker = await createTracker(
    "gh",
    { type: "github", url: server.url, token: server.token, projects: ["acme/app"], ...config },
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
