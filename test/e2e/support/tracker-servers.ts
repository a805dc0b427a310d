import { startGitHub } from "../../trackers/servers/github.ts";
import { startGitLab } from "../../trackers/servers/gitlab.ts";
import { type JiraServer, startJiraCloud, startJiraServer } from "../../trackers/servers/jira.ts";
import { type IssueSeed, manyIssues } from "../../trackers/servers/seed.ts";
import type { Served } from "../../trackers/servers/serve.ts";

/** A running tracker of one dialect, and what people do there behind preloop's back. */
export interface TrackerServer {
  readonly served: Served;
  /** For `trackers` in the config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What no output may show. */
  readonly token: string;
  /** The path of what is listed page by page. */
  readonly pages: RegExp;
  retitle(number: number, title: string): void;
  add(issue: IssueSeed): void;
  remove(number: number): void;
}

const MANY = manyIssues(230);

/** Servers with 230 issues, by dialect: three pages at each. */
export const DIALECTS: Readonly<Record<string, () => Promise<TrackerServer>>> = {
  async GitHub() {
    const project = "acme/app";
    const server = await startGitHub({ seed: { projects: { [project]: MANY } } });
    return {
      served: server,
      config: { type: "github", url: server.url, token: server.token, projects: [project] },
      token: server.token,
      pages: /^\/repos\/acme\/app\/issues(\/comments)?$/,
      retitle: (number, title) => server.state.edit(project, number, { title }),
      add: (issue) => void server.state.addIssue(project, issue),
      remove: (number) => server.state.remove(project, number),
    };
  },

  async GitLab() {
    const project = "platform/api";
    const server = await startGitLab({ seed: { projects: { [project]: MANY } } });
    return {
      served: server,
      config: { type: "gitlab", url: server.url, token: server.token, projects: [project] },
      token: server.token,
      pages: /^\/projects\/[^/]+\/issues$/,
      retitle: (number, title) => server.state.edit(project, number, { title }),
      add: (issue) => void server.state.addIssue(project, issue),
      remove: (number) => server.state.remove(project, number),
    };
  },
  "Jira Cloud": async () => jira(await startJiraCloud({ seed: { projects: { APP: MANY } } })),
  "Jira Data Center": async () => jira(await startJiraServer({ seed: { projects: { APP: MANY } } })),
};

function jira(server: JiraServer): TrackerServer {
  const { url, token, email, state } = server;
  return {
    served: server,
    config: { type: "jira", url, token, projects: ["APP"], ...(email === undefined ? {} : { email }) },
    token,
    pages: /\/search(\/jql)?$/,
    retitle: (number, title) => state.edit(`APP-${number}`, { summary: title }),
    add: (issue) => void state.addIssue("APP", issue),
    remove: (number) => state.remove(`APP-${number}`),
  };
}
