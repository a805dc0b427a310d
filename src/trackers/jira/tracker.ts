import type { JiraConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes } from "./changes.ts";
import { createJiraClient } from "./client.ts";
import { deploymentOf } from "./deployment.ts";
import { createKeys } from "./keys.ts";
import { linkIssues } from "./link.ts";
import { getComments, getIssue, resolveMissing, type Site } from "./read.ts";
import { listIds } from "./search.ts";
import { addComment, checkChange, checkDraft, createIssue, updateIssue } from "./write.ts";

/** The issues of a Jira site: of Jira Cloud, or of Jira Server and Data Center. */
export function createJiraTracker(name: string, config: JiraConfig, context: TrackerContext): Tracker {
  const deployment = deploymentOf(config);
  const client = createJiraClient(name, config, deployment, context);
  const keys = createKeys(config.url, config.projects);
  const site: Site = { name, client, deployment, keys };
  return {
    name,
    kind: "jira",
    projects: config.projects,
    readKey: keys.read,
    getIssue: (key, signal) => getIssue(site, key, signal),
    getComments: (key, signal) => getComments(site, key, signal),
    createIssue: (draft, signal) => createIssue(site, draft, signal),
    updateIssue: (key, change, signal) => updateIssue(site, key, change, signal),
    checkDraft: (draft, signal) => checkDraft(site, draft, signal),
    checkChange: (key, change, signal) => checkChange(site, key, change, signal),
    addComment: (key, body, signal) => addComment(site, key, body, signal),
    linkIssues: (key, kind, target, signal) => linkIssues(site, key, { kind, target }, signal),
    changes: (project, cursor, signal) => changes(site, project, cursor, signal),
    listIds: (project, signal) => listIds(site, project, signal),
    resolveMissing: (issue, signal) => resolveMissing(site, issue, signal),
    close: client.close,
  };
}
