import { expect, test } from "vitest";
import type { Config } from "#config";
import { createTracker } from "#trackers";

const GITHUB = {
  type: "github",
  url: "https://hub.acme.dev/api",
  token: "t",
  projects: ["acme/app"],
} as const;
const GITHUB_COM = { ...GITHUB, url: "https://api.github.com" } as const;
const GITLAB = {
  type: "gitlab",
  url: "https://lab.acme.dev/git",
  token: "t",
  projects: ["acme/app"],
} as const;
const JIRA = { type: "jira", url: "https://acme.dev/jira", token: "t", projects: ["APP"] } as const;
const CLOUD = { ...JIRA, url: "https://acme.atlassian.net", email: "ana@acme.dev" } as const;

const github: readonly [string, string | undefined][] = [
  ["acme/app#7", "acme/app#7"],
  ["ACME/App#7", "acme/app#7"],
  ["other/repo#7", "other/repo#7"],
  [" #7 ", "acme/app#7"],
  ["https://hub.acme.dev/acme/app/issues/7#issuecomment-1", "acme/app#7"],
  ["https://hub.acme.dev/acme/app/pull/7/files", "acme/app#7"],
  ["https://hub.acme.dev/api/repos/acme/app/issues/7", "acme/app#7"],
  ["https://hub.acme.dev/acme/app", undefined],
  ["https://github.com/acme/app/issues/7", undefined],
  ["APP-7", undefined],
  ["a/b/c#7", undefined],
  ["7", undefined],
  ["", undefined],
];
const githubCom: readonly [string, string | undefined][] = [
  ["https://github.com/acme/app/issues/7", "acme/app#7"],
  ["https://gitlab.com/acme/app/issues/7", undefined],
];
const gitlab: readonly [string, string | undefined][] = [
  ["acme/app#7", "acme/app#7"],
  ["ACME/App#7", "acme/app#7"],
  ["group/sub/name#7", "group/sub/name#7"],
  ["#7", "acme/app#7"],
  ["https://lab.acme.dev/git/acme/app/-/issues/7#note_1", "acme/app#7"],
  ["https://lab.acme.dev/git/group/sub/name/-/work_items/7", "group/sub/name#7"],
  ["https://lab.acme.dev/git/acme/app/issues/7", "acme/app#7"],
  ["https://lab.acme.dev/acme/app/-/issues/7", undefined],
  ["https://lab.acme.dev/git/acme/app/-/merge_requests/7", undefined],
  ["https://gitlab.com/acme/app/-/issues/7", undefined],
  ["APP-7", undefined],
];
const jiraAt = (site: string): readonly [string, string | undefined][] => [
  [" app-1 ", "APP-1"],
  ["A_B2-17", "A_B2-17"],
  [`${site}/browse/APP-7?focusedId=1#x`, "APP-7"],
  [`${site}/projects/APP/issues/APP-7`, "APP-7"],
  [`${site}/secure/RapidBoard.jspa?rapidView=1&selectedIssue=APP-7`, "APP-7"],
  ["https://elsewhere.dev/browse/APP-7", undefined],
  [`${site}/browse/`, undefined],
  ["acme/app#7", undefined],
  ["APP", undefined],
  ["-1", undefined],
  ["https://[", undefined],
];

const rows = (
  [
    ["a GitHub of one's own", GITHUB, github],
    ["github.com", GITHUB_COM, githubCom],
    ["a GitLab below its host's root", GITLAB, gitlab],
    ["a Jira Data Center below its host's root", JIRA, jiraAt(JIRA.url)],
    ["a Jira Cloud", CLOUD, jiraAt(CLOUD.url)],
  ] as const
).flatMap(([name, config, identifiers]) =>
  identifiers.map(([identifier, key]) => [name, identifier, key, config] as const),
);

test.for<readonly [string, string, string | undefined, Config["trackers"][string]]>(rows)(
  "to %s, %j means %s",
  async ([, identifier, key, config]) => {
    const tracker = await createTracker("any", config);
    expect(tracker.readKey(identifier)).toBe(key);
    tracker.close();
  },
);
