import type { JiraConfig, TrackerGround } from "../ground.ts";
import type { Tracker } from "../types.ts";
import { changes } from "./changes.ts";
import { createJiraClient } from "./client.ts";
import { dialectOf } from "./dialect.ts";
import { createKeys } from "./keys.ts";
import { linkIssues } from "./link.ts";
import { findOut, getComments, getIssue, type Site } from "./read.ts";
import { listIds } from "./search.ts";
import { addComment, checkChange, checkDraft, createIssue, updateIssue } from "./write.ts";

/** The issues of a Jira site: of Jira Cloud, or of Jira Server and Data Center. */
export function createJiraTracker(name: string, config: JiraConfig, ground: TrackerGround): Tracker {
  const dialect = dialectOf(config);
  const client = createJiraClient(name, config, dialect, ground);
  const keys = createKeys(config.url, config.projects);
  const site: Site = { name, client, dialect, keys };
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
    findOut: (issue, signal) => findOut(site, issue, signal),
    close: client.close,
  };
}
