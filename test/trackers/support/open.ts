import { onTestFinished } from "vitest";
import type { Config } from "#config";
import { createTracker, type Tracker, type TrackerOptions } from "#trackers";
import { type GitHubOptions, type GitHubServer, startGitHub } from "../servers/github.ts";
import { type GitLabOptions, type GitLabServer, startGitLab } from "../servers/gitlab.ts";
import { type JiraOptions, type JiraServer, startJiraCloud, startJiraServer } from "../servers/jira.ts";
import type { Served } from "../servers/serve.ts";
import { quickTime } from "./time.ts";

/** A server, the tracker that is set to it, and the time that both live by. */
export interface Opened<Server> {
  readonly server: Server;
  readonly tracker: Tracker;
  readonly time: ReturnType<typeof quickTime>;
}

/** Options of the tracker, and members of its config other than the server's own. */
export type OpenOptions = TrackerOptions & { readonly config?: object };

export const DEPLOYMENTS = ["Cloud", "Data Center"] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** A GitHub and its tracker `gh`. */
export async function openGitHub(
  options: GitHubOptions = {},
  more?: OpenOptions,
): Promise<Opened<GitHubServer>> {
  const server = await startGitHub(options);
  return open(server, "gh", { type: "github", token: server.token, projects: ["acme/app"] }, more);
}

/** A GitLab and its tracker `lab`. */
export async function openGitLab(
  options: GitLabOptions = {},
  more?: OpenOptions,
): Promise<Opened<GitLabServer>> {
  const server = await startGitLab(options);
  return open(server, "lab", { type: "gitlab", token: server.token, projects: ["acme/app"] }, more);
}

/** A Jira of a deployment and its tracker `work`. */
export async function openJira(
  deployment: Deployment,
  options: JiraOptions = {},
  more?: OpenOptions,
): Promise<Opened<JiraServer>> {
  const server = await (deployment === "Cloud" ? startJiraCloud(options) : startJiraServer(options));
  const { token, email } = server;
  const projects = Object.keys(options.seed?.projects ?? { APP: [] });
  return open(server, "work", { type: "jira", token, projects, ...(email && { email }) }, more);
}

/** Both are closed after the test, which fails when an exchange broke the vendor's description. */
async function open<Server extends Served & { readonly url: string }>(
  server: Server,
  name: string,
  config: object,
  { config: moreConfig, ...options }: OpenOptions = {},
): Promise<Opened<Server>> {
  const time = quickTime();
  const whole = { url: server.url, ...config, ...moreConfig } as Config["trackers"][string];
  const tracker = await createTracker(name, whole, { time, ...options });
  onTestFinished(async () => {
    tracker.close();
    await server.close();
    if (server.violations.length > 0) throw new Error(server.violations.slice(0, 5).join("\n"));
  });
  return { server, tracker, time };
}
