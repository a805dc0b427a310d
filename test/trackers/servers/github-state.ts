import { type CommentSeed, type IssueSeed, type Seed, USERS } from "./seed.ts";

export interface StoredIssue {
  readonly id: number;
  number: number;
  repo: string;
  title: string;
  body: string | null;
  labels: string[];
  state: "open" | "closed";
  stateReason: string | null;
  assignee: string | null;
  readonly author: string;
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  type: string | null;
  readonly isPullRequest: boolean;
  readonly comments: StoredComment[];
}

export interface StoredComment {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

/** Where an issue that is not in its repository went. */
export type Grave = { readonly kind: "deleted" } | { readonly kind: "moved"; readonly to: StoredIssue };

export interface Repo {
  readonly id: number;
  name: string;
  readonly issues: Map<number, StoredIssue>;
  readonly graves: Map<number, Grave>;
  nextNumber: number;
  hasIssues: boolean;
}

/** What a GitHub knows, and what people do there behind preloop's back. */
export interface GitHubState {
  readonly users: Set<string>;
  readonly repos: Map<string, Repo>;
  /** Old names and whose they were. */
  readonly renamed: Map<string, Repo>;
  /** Goes up with every change. */
  version: number;
  /** Labels and assignees of a token without push access are dropped without a word. */
  mayPush: boolean;
  isRevoked: boolean;
  /** Page numbers reach so many issues of a listing, and cursors the rest. */
  pagedUpTo: number;
  /** Calls left in this hour. */
  budget: number;
  now(): Date;
  addRepo(name: string): Repo;
  addIssue(repo: string, seed: IssueSeed & { readonly isPullRequest?: boolean }): StoredIssue;
  addComment(repo: string, number: number, seed: CommentSeed): StoredComment;
  /** As a person does it: the issue counts as updated now. */
  edit(repo: string, number: number, change: Partial<Pick<StoredIssue, "title" | "body" | "labels">>): void;
  /** A comment's edit leaves the issue's own time alone. */
  editComment(repo: string, number: number, commentId: number, body: string): void;
  remove(repo: string, number: number): void;
  transfer(repo: string, number: number, toRepo: string): StoredIssue;
  rename(repo: string, to: string): void;
}

export function createGitHubState(seed: Seed, now: () => Date): GitHubState {
  let lastId = 1_000;
  const issueOf = (repo: string, number: number) => state.repos.get(repo)!.issues.get(number)!;
  const touch = (issue: StoredIssue) => {
    issue.updatedAt = now();
    state.version++;
  };
  const state: GitHubState = {
    users: new Set(seed.users ?? USERS),
    repos: new Map(),
    renamed: new Map(),
    version: 0,
    mayPush: true,
    isRevoked: false,
    pagedUpTo: 10_000,
    budget: 5_000_000,
    now,
    addRepo(name) {
      const repo: Repo = {
        id: ++lastId,
        name,
        issues: new Map(),
        graves: new Map(),
        nextNumber: 1,
        hasIssues: true,
      };
      state.repos.set(name, repo);
      return repo;
    },
    addIssue(repo, issueSeed) {
      const home = state.repos.get(repo) ?? state.addRepo(repo);
      const createdAt = issueSeed.createdAt ?? now();
      const isClosed = issueSeed.state === "closed";
      const issue: StoredIssue = {
        id: ++lastId,
        number: home.nextNumber++,
        repo,
        title: issueSeed.title,
        body: issueSeed.body ?? null,
        labels: [...(issueSeed.labels ?? [])],
        state: issueSeed.state ?? "open",
        stateReason: isClosed ? "completed" : null,
        assignee: issueSeed.assignee ?? null,
        author: issueSeed.author ?? "ana",
        createdAt,
        updatedAt: createdAt,
        closedAt: isClosed ? createdAt : null,
        type: null,
        isPullRequest: issueSeed.isPullRequest ?? false,
        comments: [],
      };
      home.issues.set(issue.number, issue);
      for (const comment of issueSeed.comments ?? []) state.addComment(repo, issue.number, comment);
      if (issueSeed.updatedAt) issue.updatedAt = issueSeed.updatedAt;
      state.version++;
      return issue;
    },
    addComment(repo, number, { body, author, createdAt = now() }) {
      const issue = issueOf(repo, number);
      const comment = { id: ++lastId, author: author ?? "ana", body, createdAt, updatedAt: createdAt };
      issue.comments.push(comment);
      if (createdAt > issue.updatedAt) issue.updatedAt = createdAt;
      state.version++;
      return comment;
    },
    edit(repo, number, change) {
      touch(Object.assign(issueOf(repo, number), change));
    },
    editComment(repo, number, commentId, body) {
      const comment = issueOf(repo, number).comments.find(({ id }) => id === commentId)!;
      Object.assign(comment, { body, updatedAt: now() });
      state.version++;
    },
    remove(repo, number) {
      const home = state.repos.get(repo)!;
      home.issues.delete(number);
      home.graves.set(number, { kind: "deleted" });
      state.version++;
    },
    transfer(repo, number, toRepo) {
      const [from, to] = [state.repos.get(repo)!, state.repos.get(toRepo) ?? state.addRepo(toRepo)];
      const old = issueOf(repo, number);
      // A transferred issue gets a new id as well as a new number.
      const moved = { ...old, id: ++lastId, number: to.nextNumber++, repo: toRepo, updatedAt: now() };
      from.issues.delete(number);
      from.graves.set(number, { kind: "moved", to: moved });
      to.issues.set(moved.number, moved);
      state.version++;
      return moved;
    },
    rename(repo, to) {
      const home = state.repos.get(repo)!;
      state.repos.delete(repo);
      state.renamed.set(repo, home);
      home.name = to;
      for (const issue of home.issues.values()) issue.repo = to;
      state.repos.set(to, home);
    },
  };
  for (const [repo, issues] of Object.entries(seed.projects)) {
    state.addRepo(repo);
    for (const issue of issues) state.addIssue(repo, issue);
  }
  return state;
}
