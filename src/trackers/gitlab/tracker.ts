import { bindTracker } from "../bind-tracker.ts";
import type { GitLabConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes, listIds } from "./changes.ts";
import { createGitLabClient, GITLAB } from "./client.ts";
import { postComment } from "./comment.ts";
import { createGitLabKeys } from "./keys.ts";
import { postLink } from "./link.ts";
import { fetchComments, fetchIssue, type GitLabContext, resolveMissing } from "./read.ts";
import { checkChange, checkDraft, patchIssue, postIssue } from "./write.ts";

/** The issues of GitLab's projects, of gitlab.com or an instance of one's own. */
export function createGitLabTracker(name: string, config: GitLabConfig, context: TrackerContext): Tracker {
  const client = createGitLabClient(name, config, context);
  const lab: GitLabContext = { name, client, keys: createGitLabKeys(config.url ?? GITLAB, config.projects) };
  return bindTracker({ kind: "gitlab", projects: config.projects }, lab, {
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
