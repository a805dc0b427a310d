import { createHash } from "node:crypto";
import type { CommentSeed, IssueSeed, Seed } from "./seed.ts";

export interface JiraPerson {
  readonly name: string;
  readonly accountId: string;
  displayName: string;
  readonly email: string;
}

export interface JiraNote {
  readonly id: string;
  readonly author: string;
  body: unknown;
  readonly created: Date;
  updated: Date;
}

export interface JiraStored {
  readonly id: string;
  key: string;
  summary: string;
  /** ADF on Cloud, wiki markup on Data Center. */
  description: unknown;
  labels: string[];
  status: string;
  type: string;
  priority: string | null;
  assignee: string | null;
  readonly reporter: string;
  readonly created: Date;
  updated: Date;
  resolved: Date | null;
  readonly comments: JiraNote[];
}

export interface JiraTie {
  readonly id: string;
  readonly type: string;
  /** The ids of the issue that duplicates or blocks, and of the one that is duplicated or blocked. */
  readonly from: string;
  readonly to: string;
}

export const STATUSES: Readonly<
  Record<string, { readonly id: string; readonly category: "new" | "indeterminate" | "done" }>
> = {
  "To Do": { id: "10000", category: "new" },
  "In Progress": { id: "3", category: "indeterminate" },
  "In Review": { id: "10001", category: "indeterminate" },
  Done: { id: "10002", category: "done" },
  Resolved: { id: "5", category: "done" },
  Closed: { id: "6", category: "done" },
  Open: { id: "1", category: "new" },
};

/** The steps of the workflow; the one to Done asks for a resolution. */
export const STEPS = [
  { id: "11", name: "Start", from: "To Do", to: "In Progress" },
  { id: "21", name: "Ask for review", from: "In Progress", to: "In Review" },
  { id: "31", name: "Back to work", from: "In Review", to: "In Progress" },
  { id: "41", name: "Close", from: "To Do", to: "Done" },
  { id: "51", name: "Close", from: "In Progress", to: "Done" },
  { id: "61", name: "Close", from: "In Review", to: "Done" },
  { id: "71", name: "Reopen", from: "Done", to: "To Do" },
  { id: "81", name: "Settle", from: "Resolved", to: "Closed" },
  { id: "91", name: "Back to the pile", from: "In Review", to: "Open" },
] as const;

export const TYPES = [
  { id: "10003", name: "Sub-task", subtask: true },
  { id: "10001", name: "Task", subtask: false },
  { id: "10002", name: "Bug", subtask: false },
] as const;
export const PRIORITIES = ["Highest", "High", "Medium", "Low", "Lowest"] as const;
export const TIES = [
  { id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
  { id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones" },
  { id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
  { id: "10003", name: "Relates", inward: "relates to", outward: "relates to" },
] as const;

/** What a Jira knows, and what people do there behind preloop's back. */
export interface JiraState {
  readonly people: JiraPerson[];
  /** By id. */
  readonly issues: Map<string, JiraStored>;
  readonly ties: JiraTie[];
  readonly projects: Set<string>;
  isRevoked: boolean;
  /** Answers as to somebody who is not logged in: politely, and with nothing. */
  isStranger: boolean;
  /** The account's zone: minutes ahead of UTC, by which quoted dates are read. */
  zoneMinutes: number;
  now(): Date;
  find(keyOrId: string): JiraStored | undefined;
  /** The issues as the search index has them. */
  indexed(): readonly JiraStored[];
  /** The index holds a key's changes back until it is let go. */
  hold(key: string): void;
  letGo(): void;
  addIssue(project: string, seed: IssueSeed): JiraStored;
  addComment(key: string, seed: CommentSeed): JiraNote;
  edit(key: string, change: Partial<Omit<JiraStored, "id" | "key" | "comments" | "created">>): void;
  remove(key: string): void;
  move(key: string, project: string): string;
}

export function createJiraState(
  seed: Seed,
  options: { readonly now: () => Date; readonly toText: (text: string) => unknown },
): JiraState {
  const { now, toText } = options;
  const index = new Map<string, JiraStored>();
  const held = new Set<string>();
  const oldKeys = new Map<string, string>();
  const numbers = new Map<string, number>();
  let lastId = 10_000;

  const keyIn = (project: string) => {
    const number = (numbers.get(project) ?? 0) + 1;
    numbers.set(project, number);
    state.projects.add(project);
    return `${project}-${number}`;
  };
  const reindex = (issue: JiraStored) => {
    if (!held.has(issue.id)) index.set(issue.id, structuredClone(issue));
  };
  const state: JiraState = {
    people: (seed.users ?? []).map((name) => ({
      name,
      accountId: createHash("sha256").update(name).digest("hex").slice(0, 24),
      displayName: name[0]!.toUpperCase() + name.slice(1),
      email: `${name}@example.com`,
    })),
    issues: new Map(),
    ties: [],
    projects: new Set(Object.keys(seed.projects)),
    isRevoked: false,
    isStranger: false,
    zoneMinutes: 0,
    now,
    find: (keyOrId) => {
      const wanted = oldKeys.get(keyOrId.toUpperCase()) ?? keyOrId;
      return (
        state.issues.get(wanted) ??
        [...state.issues.values()].find(({ key }) => key.toUpperCase() === wanted.toUpperCase())
      );
    },
    indexed: () => [...index.values()],
    hold: (key) => void held.add(state.find(key)!.id),
    letGo() {
      held.clear();
      for (const issue of state.issues.values()) reindex(issue);
    },
    addIssue(project, given) {
      const created = given.createdAt ?? now();
      const issue: JiraStored = {
        id: String(++lastId),
        key: keyIn(project),
        summary: given.title,
        description: given.body === undefined ? null : toText(given.body),
        labels: [...(given.labels ?? [])],
        status: given.state === "closed" ? "Done" : "To Do",
        type: "Task",
        priority: "Medium",
        assignee: given.assignee ?? null,
        reporter: given.author ?? "ana",
        created,
        updated: given.updatedAt ?? created,
        resolved: given.state === "closed" ? created : null,
        comments: [],
      };
      state.issues.set(issue.id, issue);
      for (const comment of given.comments ?? []) addNote(issue, comment);
      if (given.updatedAt) issue.updated = given.updatedAt;
      reindex(issue);
      return issue;
    },
    addComment(key, given) {
      const issue = state.find(key)!;
      const note = addNote(issue, given);
      reindex(issue);
      return note;
    },
    edit(key, change) {
      const issue = state.find(key)!;
      Object.assign(issue, { updated: now(), ...change });
      reindex(issue);
    },
    remove(key) {
      const { id } = state.find(key)!;
      state.issues.delete(id);
      index.delete(id);
    },
    move(key, project) {
      const issue = state.find(key)!;
      oldKeys.set(issue.key.toUpperCase(), issue.id);
      issue.key = keyIn(project);
      issue.updated = now();
      reindex(issue);
      return issue.key;
    },
  };
  function addNote(issue: JiraStored, { body, author, createdAt = now() }: CommentSeed): JiraNote {
    const note = {
      id: String(++lastId),
      author: author ?? "ana",
      body: toText(body),
      created: createdAt,
      updated: createdAt,
    };
    issue.comments.push(note);
    if (createdAt > issue.updated) issue.updated = createdAt;
    return note;
  }
  for (const [project, issues] of Object.entries(seed.projects))
    for (const issue of issues) state.addIssue(project, issue);
  return state;
}
