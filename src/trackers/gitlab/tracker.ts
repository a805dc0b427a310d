import type { GitLabConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes, listIds } from "./changes.ts";
import { createGitLabClient, GITLAB } from "./client.ts";
import { createKeys } from "./keys.ts";
import { linkIssues } from "./link.ts";
import { getComments, getIssue, type Lab, resolveMissing } from "./read.ts";
import { addComment, checkChange, checkDraft, createIssue, updateIssue } from "./write.ts";

/** The issues of GitLab's projects, of gitlab.com or an instance of one's own. */
export function createGitLabTracker(name: string, config: GitLabConfig, context: TrackerContext): Tracker {
  const client = createGitLabClient(name, config, context);
  const keys = createKeys(config.url ?? GITLAB, config.projects);
  const lab: Lab = { name, client, keys };
  return {
    name,
    kind: "gitlab",
    projects: config.projects,
    readKey: keys.read,
    getIssue: (key, signal) => getIssue(lab, key, signal),
    getComments: (key, signal) => getComments(lab, key, signal),
    createIssue: (draft, signal) => createIssue(lab, draft, signal),
    updateIssue: (key, change, signal) => updateIssue(lab, key, change, signal),
    checkDraft: (draft, signal) => checkDraft(lab, draft, signal),
    checkChange: (key, change, signal) => checkChange(lab, key, change, signal),
    addComment: (key, body, signal) => addComment(lab, key, body, signal),
    linkIssues: (key, kind, target, signal) => linkIssues(lab, key, { kind, target }, signal),
    changes: (project, cursor, signal) => changes(lab, project, cursor, signal),
    listIds: (project, signal) => listIds(lab, project, signal),
    resolveMissing: (issue, signal) => resolveMissing(lab, issue, signal),
    close: client.close,
  };
}
