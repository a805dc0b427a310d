import { type CommentSeed, type IssueSeed, type Seed, USERS } from "./seed.ts";

export interface StoredIssue {
  readonly id: number;
  readonly iid: number;
  readonly project: Project;
  title: string;
  description: string | null;
  labels: string[];
  state: "opened" | "closed";
  assignee: string | null;
  readonly author: string;
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  type: string;
  movedTo: number | null;
  duplicateOf: StoredIssue | null;
  readonly notes: StoredNote[];
}

export interface StoredNote {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly isSystem: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface Project {
  readonly id: number;
  readonly path: string;
  readonly issues: Map<number, StoredIssue>;
  nextIid: number;
}

export type LinkType = "relates_to" | "blocks" | "is_blocked_by";

/** What a GitLab knows, and what people do there behind preloop's back. */
export interface GitLabState {
  /** User names with their ids. */
  readonly users: Map<string, number>;
  readonly projects: Map<string, Project>;
  readonly links: { readonly from: StoredIssue; readonly to: StoredIssue; readonly type: LinkType }[];
  /** Goes up with every change. */
  version: number;
  /** False: labels and assignees are dropped without a word, as of a guest. */
  mayPlan: boolean;
  isRevoked: boolean;
  /** False: "blocks" is refused, as by a GitLab that is not paid for. */
  isPaid: boolean;
  now(): Date;
  addProject(path: string): Project;
  addIssue(project: string, seed: IssueSeed): StoredIssue;
  addNote(project: string, iid: number, seed: CommentSeed & { readonly isSystem?: boolean }): StoredNote;
  edit(
    project: string,
    iid: number,
    change: Partial<Pick<StoredIssue, "title" | "description" | "labels">>,
  ): void;
  remove(project: string, iid: number): void;
  removeNote(project: string, iid: number, noteId: number): void;
  move(project: string, iid: number, toProject: string): StoredIssue;
}

export function createGitLabState(seed: Seed, now: () => Date): GitLabState {
  let lastId = 7_000;
  const issueOf = (project: string, iid: number) => state.projects.get(project)!.issues.get(iid)!;
  const touch = (issue: StoredIssue) => {
    issue.updatedAt = now();
    state.version++;
  };
  const state: GitLabState = {
    users: new Map((seed.users ?? USERS).map((name, index) => [name, index + 11])),
    projects: new Map(),
    links: [],
    version: 0,
    mayPlan: true,
    isRevoked: false,
    isPaid: true,
    now,
    addProject(path) {
      const project: Project = { id: ++lastId, path, issues: new Map(), nextIid: 1 };
      state.projects.set(path, project);
      return project;
    },
    addIssue(path, issueSeed) {
      const project = state.projects.get(path) ?? state.addProject(path);
      const createdAt = issueSeed.createdAt ?? now();
      const isClosed = issueSeed.state === "closed";
      const issue: StoredIssue = {
        id: ++lastId,
        iid: project.nextIid++,
        project,
        title: issueSeed.title,
        description: issueSeed.body ?? null,
        labels: [...(issueSeed.labels ?? [])],
        state: isClosed ? "closed" : "opened",
        assignee: issueSeed.assignee ?? null,
        author: issueSeed.author ?? "ana",
        createdAt,
        updatedAt: createdAt,
        closedAt: isClosed ? createdAt : null,
        type: "issue",
        movedTo: null,
        duplicateOf: null,
        notes: [],
      };
      project.issues.set(issue.iid, issue);
      for (const comment of issueSeed.comments ?? []) state.addNote(path, issue.iid, comment);
      if (issueSeed.updatedAt) issue.updatedAt = issueSeed.updatedAt;
      state.version++;
      return issue;
    },
    addNote(path, iid, { body, author, createdAt = now(), isSystem = false }) {
      const issue = issueOf(path, iid);
      const id = ++lastId;
      const note = { id, author: author ?? "ana", body, isSystem, createdAt, updatedAt: createdAt };
      issue.notes.push(note);
      if (createdAt > issue.updatedAt) issue.updatedAt = createdAt;
      state.version++;
      return note;
    },
    edit(path, iid, change) {
      touch(Object.assign(issueOf(path, iid), change));
    },
    remove(path, iid) {
      state.projects.get(path)!.issues.delete(iid);
      state.version++;
    },
    removeNote(path, iid, noteId) {
      const issue = issueOf(path, iid);
      const at = issue.notes.findIndex(({ id }) => id === noteId);
      issue.notes.splice(at, 1);
      touch(issue);
    },
    move(path, iid, toPath) {
      const old = issueOf(path, iid);
      const made = state.addIssue(toPath, {
        title: old.title,
        ...(old.description === null ? {} : { body: old.description }),
      });
      Object.assign(old, { state: "closed", closedAt: now(), movedTo: made.id });
      const group = (full: string) => full.slice(0, full.lastIndexOf("/"));
      const isNear = group(path) === group(toPath);
      const target = `${isNear ? toPath.slice(toPath.lastIndexOf("/") + 1) : toPath}#${made.iid}`;
      state.addNote(path, iid, { body: `moved to ${target}`, isSystem: true });
      touch(old);
      return made;
    },
  };
  for (const [path, issues] of Object.entries(seed.projects)) {
    state.addProject(path);
    for (const issue of issues) state.addIssue(path, issue);
  }
  return state;
}
