import { PreloopError } from "#base";
import type { Issue, IssueComment } from "#model";
import type { ChangePage, MissingIssue, Tracker } from "#trackers";
import { someIssue } from "./issues.ts";

/** An issue as the scripted tracker has it. */
export interface WorldIssue {
  readonly issue: Issue;
  readonly comments: readonly IssueComment[];
}

/** What a scripted tracker shows; tests change it while it is read. */
export interface World {
  readonly issues: Map<string, WorldIssue>;
  /** Where a removed issue lives now, by id. */
  readonly moves: Map<string, string>;
  /** The tracker's own clock, in milliseconds: it moves with every change. */
  now: number;
}

export function createWorld(now = Date.parse("2026-05-01T00:00:00Z")): World {
  return { issues: new Map(), moves: new Map(), now };
}

/** The next moment of the tracker's clock: two seconds see three changes, so that times repeat. */
function tick(world: World): Date {
  world.now += 667;
  return new Date(Math.floor(world.now / 1000) * 1000);
}

/** Adds an issue or changes one. */
export function put(world: World, id: string, fields: Partial<Issue> = {}): void {
  const at = tick(world);
  const old = world.issues.get(id);
  const base = old?.issue ?? someIssue(id, { createdAt: at, commentCount: 0 });
  const comments = old?.comments ?? [];
  world.issues.set(id, {
    comments,
    issue: { ...base, updatedAt: at, ...fields, commentCount: comments.length },
  });
}

/** Comments on an issue, or changes the comment that has the id. */
export function comment(world: World, issueId: string, id: string, body: string): void {
  const { issue, comments } = world.issues.get(issueId)!;
  const at = tick(world);
  const old = comments.find((one) => one.id === id);
  const next = { id, body, createdAt: old?.createdAt ?? at, updatedAt: at };
  const all = old ? comments.map((one) => (one === old ? next : one)) : [...comments, next];
  world.issues.set(issueId, { issue: { ...issue, updatedAt: at, commentCount: all.length }, comments: all });
}

/** Takes a comment away, which changes a count and no time. */
export function uncomment(world: World, issueId: string, id: string): void {
  const { issue, comments } = world.issues.get(issueId)!;
  const left = comments.filter((one) => one.id !== id);
  world.issues.set(issueId, { issue: { ...issue, commentCount: left.length }, comments: left });
}

/** Ten issues, some with comments, with times that repeat. */
export function smallWorld(now?: number): World {
  const world = createWorld(now);
  for (let n = 0; n < 10; n++) put(world, `${n}`);
  for (let n = 0; n < 8; n++) comment(world, `${n % 3}`, `c${n}`, `Comment ${n}.`);
  put(world, "4", { title: "Edited", labels: ["a"] });
  return world;
}

/** How a test makes the tracker misbehave. */
export interface Script {
  readonly pageSize?: number;
  readonly name?: string;
  readonly projects?: readonly string[];
  /** Called before each page is made, counted from 1 over the tracker's life; what it throws is what reading throws. */
  readonly beforePage?: (page: number, project: string) => void | Promise<void>;
  readonly beforeComments?: (key: string) => void;
  /** What a listing of ids leaves out although it exists. */
  readonly isHidden?: (id: string) => boolean;
  readonly refusesCursor?: (cursor: string) => boolean;
}

type Mark = readonly [at: number, id: string];
interface Cursor {
  readonly issues: Mark;
  readonly comments: Mark;
}

const START: Mark = [Number.NEGATIVE_INFINITY, ""];
const isBehind = (mark: Mark, [at, id]: Mark) => mark[0] > at || (mark[0] === at && mark[1] > id);
const inOrder = (a: Mark, b: Mark) => (isBehind(a, b) ? 1 : -1);

/** A tracker of one world: issues by their last change, then comments by theirs, page by page and always as they are now. */
export function scriptTracker(
  world: World,
  script: Script = {},
): Tracker & { readonly asked: readonly string[] } {
  const { pageSize = 3, name = "t", projects = ["p"] } = script;
  const asked: string[] = [];
  let pages = 0;

  const of = (project: string) => [...world.issues.values()].filter(({ issue }) => issue.project === project);
  const shown = ({ issue }: WorldIssue): Issue => ({ ...issue, tracker: name });

  async function* changes(project: string, cursor: string | undefined, signal?: AbortSignal) {
    if (cursor !== undefined && script.refusesCursor?.(cursor))
      throw new PreloopError("cursor_refused", "what is this");
    asked.push(`changes ${project}${cursor === undefined ? "" : " since"}`);
    let at = cursor === undefined ? { issues: START, comments: START } : readCursor(cursor);
    // Inclusive, as the vendors are: what changed in the cursor's own second is shown again.
    at = { issues: [at.issues[0], ""], comments: [at.comments[0], ""] };
    for (;;) {
      await script.beforePage?.(++pages, project);
      if (signal?.aborted) throw new PreloopError("request_cancelled", "aborted");
      const page = nextPage(project, at);
      if (!page) return;
      at = readCursor(page.cursor);
      yield page;
    }
  }

  function nextPage(project: string, at: Cursor): ChangePage | undefined {
    const issues = of(project)
      .map((one) => ({ one, mark: [one.issue.updatedAt.getTime(), one.issue.id] as Mark }))
      .filter(({ mark }) => isBehind(mark, at.issues))
      .sort((a, b) => inOrder(a.mark, b.mark))
      .slice(0, pageSize);
    if (issues.length > 0)
      return {
        issues: issues.map(({ one }) => shown(one)),
        comments: [],
        cursor: writeCursor({ ...at, issues: issues.at(-1)!.mark }),
        total: of(project).length,
      };
    const comments = of(project)
      .flatMap(({ issue, comments }) => comments.map((comment) => ({ issueId: issue.id, comment })))
      .map((one) => ({ ...one, mark: [one.comment.updatedAt.getTime(), one.comment.id] as Mark }))
      .filter(({ mark }) => isBehind(mark, at.comments))
      .sort((a, b) => inOrder(a.mark, b.mark))
      .slice(0, pageSize);
    if (comments.length === 0) return undefined;
    return {
      issues: [],
      comments: comments.map(({ issueId, comment }) => ({ issueId, comments: [comment], isComplete: false })),
      cursor: writeCursor({ ...at, comments: comments.at(-1)!.mark }),
    };
  }

  async function* listIds(project: string) {
    asked.push(`ids ${project}`);
    const ids = of(project)
      .map(({ issue }) => issue.id)
      .filter((id) => !script.isHidden?.(id));
    for (let at = 0; at < ids.length; at += pageSize) yield ids.slice(at, at + pageSize);
  }

  const byKey = (key: string) => [...world.issues.values()].find(({ issue }) => issue.key === key);
  const never = () => Promise.reject(new PreloopError("internal", "a sync writes nothing"));

  return {
    asked,
    name,
    kind: "github",
    projects,
    readKey: (identifier) => identifier,
    async getIssue(key) {
      const found = byKey(key);
      if (!found) throw new PreloopError("issue_unknown", key);
      return shown(found);
    },
    async getComments(key) {
      asked.push(`comments ${key}`);
      script.beforeComments?.(key);
      const found = byKey(key);
      if (!found) throw new PreloopError("issue_unknown", key);
      return [...found.comments];
    },
    changes,
    listIds,
    async resolveMissing({ id, key }): Promise<MissingIssue> {
      asked.push(`fate ${key}`);
      const found = world.issues.get(id);
      if (found) return { kind: "there", issue: shown(found) };
      const to = world.moves.get(id);
      return to === undefined ? { kind: "gone" } : { kind: "moved", to, url: `https://tracker.test/${to}` };
    },
    createIssue: never,
    updateIssue: never,
    checkDraft: never,
    checkChange: never,
    addComment: never,
    linkIssues: never,
    close() {},
  };
}

function writeCursor({ issues, comments }: Cursor): string {
  return JSON.stringify({ issues, comments });
}

function readCursor(text: string): Cursor {
  const { issues, comments } = JSON.parse(text) as Record<keyof Cursor, [number | null, string]>;
  // JSON writes minus infinity as null.
  const mark = ([at, id]: [number | null, string]): Mark => [at ?? START[0], id];
  return { issues: mark(issues), comments: mark(comments) };
}
