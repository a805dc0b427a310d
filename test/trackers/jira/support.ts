import { onTestFinished } from "vitest";
import { createTracker, type Tracker, type TrackerOptions } from "#trackers";
import { type JiraOptions, type JiraServer, startJiraCloud, startJiraServer } from "../servers/jira.ts";
import { quickTime } from "../support/time.ts";

export const DEPLOYMENTS = ["Cloud", "Data Center"] as const;
export type JiraKind = (typeof DEPLOYMENTS)[number];

/** A server of a deployment and a tracker that is set to it. The test fails when an exchange breaks a description. */
export async function openJira(
  kind: JiraKind,
  options: JiraOptions = {},
  ground: TrackerOptions = {},
): Promise<{ server: JiraServer; tracker: Tracker; time: ReturnType<typeof quickTime> }> {
  const server = await (kind === "Cloud" ? startJiraCloud(options) : startJiraServer(options));
  const time = quickTime();
  const { url, email, token } = server;
  const projects = Object.keys(options.seed?.projects ?? { APP: [] });
  const tracker = await createTracker(
    "work",
    { type: "jira", url, token, projects, ...(email === undefined ? {} : { email }) },
    { time, ...ground },
  );
  onTestFinished(async () => {
    tracker.close();
    await server.close();
    if (server.violations.length > 0) throw new Error(server.violations.slice(0, 5).join("\n"));
  });
  return { server, tracker, time };
}

/** All pages of what changed, as one. */
export async function walkChanges(tracker: Tracker, project = "APP", cursor?: string) {
  const issues = [];
  const comments = [];
  const cursors: string[] = [];
  for await (const page of tracker.changes(project, cursor)) {
    issues.push(...page.issues);
    comments.push(...page.comments);
    cursors.push(page.cursor);
  }
  return { issues, comments, cursors, last: cursors.at(-1)! };
}
