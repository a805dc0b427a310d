import { bindTracker } from "../bind-tracker.ts";
import type { GitHubConfig, TrackerContext } from "../context.ts";
import type { Tracker } from "../types.ts";
import { changes } from "./changes.ts";
import { createGitHubClient, GITHUB_API } from "./client.ts";
import { postComment } from "./comment.ts";
import { createGitHubKeys } from "./keys.ts";
import { postLink } from "./link.ts";
import { listIds } from "./list.ts";
import { fetchComments, fetchIssue, type GitHubContext, resolveMissing } from "./read.ts";
import { checkChange, checkDraft, patchIssue, postIssue } from "./write.ts";

/** The issues of GitHub's repositories, of github.com or an Enterprise Server. */
export function createGitHubTracker(name: string, config: GitHubConfig, context: TrackerContext): Tracker {
  const client = createGitHubClient(name, config, context);
  const hub: GitHubContext = {
    name,
    client,
    keys: createGitHubKeys(config.url ?? GITHUB_API, config.projects),
  };
  return bindTracker({ kind: "github", projects: config.projects }, hub, {
    fetchIssue,
    fetchComments,
    postIssue,
    patchIssue,
    checkDraft: async (_, draft) => checkDraft(hub, draft),
    checkChange: async (_, _key, change) => checkChange(hub, change),
    postComment,
    postLink,
    changes,
    listIds,
    resolveMissing,
  });
}
