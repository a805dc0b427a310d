import type { GitHubConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes } from "./changes.ts";
import { createGitHubClient, GITHUB_API } from "./client.ts";
import { createKeys } from "./keys.ts";
import { listAllIssues } from "./list.ts";
import { getComments, getIssue, type Hub, resolveMissing } from "./read.ts";
import { addComment, checkChange, checkDraft, createIssue, linkIssues, updateIssue } from "./write.ts";

/** The issues of GitHub's repositories, of github.com or an Enterprise Server. */
export function createGitHubTracker(name: string, config: GitHubConfig, context: TrackerContext): Tracker {
  const client = createGitHubClient(name, config, context);
  const keys = createKeys(config.url ?? GITHUB_API, config.projects);
  const hub: Hub = { name, client, keys };
  return {
    name,
    kind: "github",
    projects: config.projects,
    readKey: keys.read,
    getIssue: (key, signal) => getIssue(hub, key, signal),
    getComments: (key, signal) => getComments(hub, key, signal),
    createIssue: (draft, signal) => createIssue(hub, draft, signal),
    updateIssue: (key, change, signal) => updateIssue(hub, key, change, signal),
    checkDraft: async (draft) => checkDraft(hub, draft),
    checkChange: async (_, change) => checkChange(hub, change),
    addComment: (key, body, signal) => addComment(hub, key, body, signal),
    linkIssues: (key, kind, target, signal) => linkIssues(hub, key, { kind, target }, signal),
    changes: (project, cursor, signal) => changes(hub, project, cursor, signal),
    listIds: (project, signal) => listIds(hub, project, signal),
    resolveMissing: (issue, signal) => resolveMissing(hub, issue, signal),
    close: client.close,
  };
}

async function* listIds(hub: Hub, project: string, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
  for await (const issues of listAllIssues(hub, project, signal))
    yield issues.filter((issue) => !issue.pull_request).map(({ id }) => String(id));
}
