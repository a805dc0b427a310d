import type { GitLabState, StoredIssue, StoredNote } from "./gitlab-state.ts";

export function renderIssue(issue: StoredIssue, state: GitLabState, web: string): object {
  const self = (of: StoredIssue) => `${web}/api/v4/projects/${of.project.id}/issues/${of.iid}`;
  return {
    id: issue.id,
    iid: issue.iid,
    project_id: issue.project.id,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    created_at: issue.createdAt.toISOString(),
    updated_at: issue.updatedAt.toISOString(),
    closed_at: issue.closedAt?.toISOString() ?? null,
    closed_by: null,
    labels: issue.labels,
    milestone: null,
    assignees: issue.assignee === null ? [] : [renderUser(issue.assignee, state, web)],
    assignee: issue.assignee === null ? null : renderUser(issue.assignee, state, web),
    author: renderUser(issue.author, state, web),
    type: issue.type.toUpperCase(),
    issue_type: issue.type,
    user_notes_count: issue.notes.filter(({ isSystem }) => !isSystem).length,
    merge_requests_count: 0,
    upvotes: 0,
    downvotes: 0,
    due_date: null,
    confidential: false,
    discussion_locked: null,
    web_url: `${web}/${issue.project.path}/-/issues/${issue.iid}`,
    references: {
      short: `#${issue.iid}`,
      relative: `#${issue.iid}`,
      full: `${issue.project.path}#${issue.iid}`,
    },
    moved_to_id: issue.movedTo,
    _links: {
      self: self(issue),
      notes: `${self(issue)}/notes`,
      project: `${web}/api/v4/projects/${issue.project.id}`,
      closed_as_duplicate_of: issue.duplicateOf ? self(issue.duplicateOf) : null,
    },
  };
}

export function renderNote(note: StoredNote, issue: StoredIssue, state: GitLabState, web: string): object {
  return {
    id: note.id,
    type: null,
    body: note.body,
    author: renderUser(note.author, state, web),
    created_at: note.createdAt.toISOString(),
    updated_at: note.updatedAt.toISOString(),
    system: note.isSystem,
    noteable_id: issue.id,
    noteable_type: "Issue",
    project_id: issue.project.id,
    noteable_iid: issue.iid,
    resolvable: false,
    confidential: false,
    internal: false,
  };
}

export function renderUser(username: string, state: GitLabState, web: string): object {
  return {
    id: state.users.get(username) ?? 1,
    username,
    name: username[0]!.toUpperCase() + username.slice(1),
    state: "active",
    avatar_url: null,
    web_url: `${web}/${username}`,
  };
}
