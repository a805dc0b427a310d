import type { StoredComment, StoredIssue } from "./github-state.ts";

/** Where a GitHub's API and its pages are. */
export interface Origins {
  readonly api: string;
  readonly web: string;
}

/** GitHub writes whole seconds. */
export const stamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

export function renderIssue(issue: StoredIssue, { api, web }: Origins): object {
  const url = `${api}/repos/${issue.repo}/issues/${issue.number}`;
  const page = `${web}/${issue.repo}/${issue.isPullRequest ? "pull" : "issues"}/${issue.number}`;
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    url,
    repository_url: `${api}/repos/${issue.repo}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: renderUser(issue.author, api),
    labels: issue.labels.map((name, index) => ({
      id: index + 1,
      node_id: `L_${index}`,
      url: `${api}/repos/${issue.repo}/labels/${encodeURIComponent(name)}`,
      name,
      description: null,
      color: "ededed",
      default: false,
    })),
    assignee: issue.assignee === null ? null : renderUser(issue.assignee, api),
    assignees: issue.assignee === null ? [] : [renderUser(issue.assignee, api)],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: issue.closedAt && stamp(issue.closedAt),
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    author_association: "MEMBER",
    type: issue.type && { id: 1, node_id: "IT_1", name: issue.type, description: null },
    ...(issue.isPullRequest
      ? {
          pull_request: {
            url: url.replace("/issues/", "/pulls/"),
            html_url: page,
            diff_url: null,
            patch_url: null,
          },
        }
      : {}),
  };
}

export function renderComment(comment: StoredComment, issue: StoredIssue, { api, web }: Origins): object {
  const kind = issue.isPullRequest ? "pull" : "issues";
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${api}/repos/${issue.repo}/issues/comments/${comment.id}`,
    html_url: `${web}/${issue.repo}/${kind}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/repos/${issue.repo}/issues/${issue.number}`,
    body: comment.body,
    user: renderUser(comment.author, api),
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    author_association: "MEMBER",
  };
}

function renderUser(login: string, api: string): object {
  const url = `${api}/users/${login}`;
  const lists = ["followers", "following", "gists", "starred", "subscriptions"].map((name) => [
    `${name}_url`,
    `${url}/${name}`,
  ]);
  const more = [
    ["organizations_url", "orgs"],
    ["repos_url", "repos"],
    ["events_url", "events"],
    ["received_events_url", "received_events"],
  ].map(([name, part]) => [name, `${url}/${part}`]);
  return {
    login,
    id: [...login].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 1_000_000,
    node_id: `U_${login}`,
    avatar_url: `${url}/avatar`,
    gravatar_id: "",
    url,
    html_url: url,
    ...Object.fromEntries([...lists, ...more]),
    type: "User",
    site_admin: false,
  };
}
