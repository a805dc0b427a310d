import { bindTracker } from "../bind-tracker.ts";
import type { JiraConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes } from "./changes.ts";
import { createJiraClient } from "./client.ts";
import { postComment } from "./comment.ts";
import { deploymentOf } from "./deployment.ts";
import { createJiraKeys } from "./keys.ts";
import { postLink } from "./link.ts";
import { fetchComments, fetchIssue, type JiraContext, resolveMissing } from "./read.ts";
import { listIds } from "./search.ts";
import { checkChange, checkDraft, patchIssue, postIssue } from "./write.ts";

/** The issues of a Jira site: of Jira Cloud, or of Jira Server and Data Center. */
export function createJiraTracker(name: string, config: JiraConfig, context: TrackerContext): Tracker {
  const deployment = deploymentOf(config);
  const client = createJiraClient(name, config, deployment, context);
  const site: JiraContext = { name, client, deployment, keys: createJiraKeys(config.url, config.projects) };
  return bindTracker({ kind: "jira", projects: config.projects }, site, {
    fetchIssue,
    fetchComments,
    postIssue,
    patchIssue,
    checkDraft,
    checkChange,
    postComment,
    postLink,
    changes,
    listIds,
    resolveMissing,
  });
}
