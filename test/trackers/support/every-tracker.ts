import type { Tracker } from "#trackers";
import type { CommentSeed, IssueSeed, Seed } from "../servers/seed.ts";
import type { Served } from "../servers/serve.ts";
import { type Deployment, type OpenOptions, openGitHub, openGitLab, openJira } from "./open.ts";
import type { quickTime } from "./time.ts";

/** Every tracker there is. */
export const EVERY_TRACKER = ["GitHub", "GitLab", "Jira Cloud", "Jira Data Center"] as const;
/** The same, and a GitLab so old that it pages by number alone. */
export const EVERY_LISTING = [...EVERY_TRACKER, "an old GitLab"] as const;
export type TrackerName = (typeof EVERY_LISTING)[number];

/** The trackers that keep Markdown as it is sent. */
export const MARKDOWN_TRACKERS = ["GitHub", "GitLab"] as const;

/** A tracker with its server, and what people do there behind preloop's back, in the same words for all. */
export interface AnyTracker {
  readonly tracker: Tracker;
  readonly server: Served & {
    readonly url: string;
    readonly token: string;
    readonly email?: string;
    readonly state: { isRevoked: boolean };
  };
  readonly time: ReturnType<typeof quickTime>;
  readonly project: string;
  /** Another project, which the config does not name. */
  readonly otherProject: string;
  /** How an issue is changed over HTTP, and how its status is. */
  readonly update: { readonly method: string };
  readonly setStatus: { readonly method: string; readonly path?: RegExp };
  key(number: number, project?: string): string;
  /** The address of an issue's page. */
  page(key: string): string;
  /** How many issues the project holds, and how many comments one of them. */
  issueCount(): number;
  commentCount(number: number): number;
  addIssue(project: string, seed: IssueSeed): void;
  addComment(number: number, seed: CommentSeed): void;
  edit(number: number, change: { readonly title?: string; readonly body?: string }): void;
  remove(number: number): void;
  move(number: number, project: string): void;
  /** The project is there no longer. */
  vanish(): void;
}

/** Options of a server, whatever it is of: its project's issues instead of the two it has, its clock. */
export interface AnyOptions {
  readonly issues?: readonly IssueSeed[];
  readonly now?: () => Date;
  readonly isChecked?: boolean;
}

/** Starts a server and the tracker that reads it. */
export function openTracker(
  name: TrackerName,
  options: AnyOptions = {},
  more?: OpenOptions,
): Promise<AnyTracker> {
  switch (name) {
    case "GitHub":
      return anyGitHub(options, more);
    case "GitLab":
    case "an old GitLab":
      return anyGitLab(options, name !== "GitLab", more);
    case "Jira Cloud":
      return anyJira("Cloud", options, more);
    case "Jira Data Center":
      return anyJira("Data Center", options, more);
  }
}

const ACME = { project: "acme/app", otherProject: "acme/web" };
const hashKey = (number: number, project = ACME.project) => `${project}#${number}`;

/** The server's own options, with the issues as a seed. */
function serverOptions({ issues, ...rest }: AnyOptions, project: string): { seed?: Seed } & AnyOptions {
  return issues ? { ...rest, seed: { projects: { [project]: issues } } } : rest;
}

async function anyGitHub(options: AnyOptions, more?: OpenOptions): Promise<AnyTracker> {
  const opened = await openGitHub(serverOptions(options, ACME.project), more);
  const { state, origin } = opened.server;
  const { project } = ACME;
  const issues = () => state.repos.get(project)!.issues;
  return {
    ...opened,
    ...ACME,
    update: { method: "PATCH" },
    setStatus: { method: "PATCH" },
    key: hashKey,
    page: (key) => `${origin}/${key.replace("#", "/issues/")}`,
    issueCount: () => issues().size,
    commentCount: (number) => issues().get(number)!.comments.length,
    addIssue: (home, seed) => void state.addIssue(home, seed),
    addComment: (number, seed) => void state.addComment(project, number, seed),
    edit: (number, change) => state.edit(project, number, change),
    remove: (number) => state.remove(project, number),
    move: (number, home) => void state.transfer(project, number, home),
    vanish: () => void state.repos.delete(project),
  };
}

async function anyGitLab(options: AnyOptions, isOld: boolean, more?: OpenOptions): Promise<AnyTracker> {
  const opened = await openGitLab({ ...serverOptions(options, ACME.project), isOld }, more);
  const { state, origin } = opened.server;
  const { project } = ACME;
  const issues = () => state.projects.get(project)!.issues;
  return {
    ...opened,
    ...ACME,
    update: { method: "PUT" },
    setStatus: { method: "PUT" },
    key: hashKey,
    page: (key) => `${origin}/${key.replace("#", "/-/issues/")}`,
    issueCount: () => issues().size,
    commentCount: (number) => issues().get(number)!.notes.length,
    addIssue: (home, seed) => void state.addIssue(home, seed),
    addComment: (number, seed) => void state.addNote(project, number, seed),
    edit: (number, { title, body }) =>
      state.edit(project, number, {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { description: body }),
      }),
    remove: (number) => state.remove(project, number),
    move: (number, home) => void state.move(project, number, home),
    vanish: () => void state.projects.delete(project),
  };
}

async function anyJira(deployment: Deployment, options: AnyOptions, more?: OpenOptions): Promise<AnyTracker> {
  const project = "APP";
  const opened = await openJira(deployment, serverOptions(options, project), more);
  const { state, url } = opened.server;
  const key = (number: number, home = project) => `${home}-${number}`;
  return {
    ...opened,
    project,
    otherProject: "OPS",
    update: { method: "PUT" },
    setStatus: { method: "POST", path: /\/transitions$/ },
    key,
    page: (one) => `${url}/browse/${one}`,
    issueCount: () => state.issues.size,
    commentCount: (number) => state.find(key(number))!.comments.length,
    addIssue: (home, seed) => void state.addIssue(home, seed),
    addComment: (number, seed) => void state.addComment(key(number), seed),
    edit: (number, { title, body }) =>
      state.edit(key(number), {
        ...(title === undefined ? {} : { summary: title }),
        ...(body === undefined ? {} : { description: body }),
      }),
    remove: (number) => state.remove(key(number)),
    move: (number, home) => void state.move(key(number), home),
    vanish: () => {
      for (const issue of [...state.issues.values()]) state.remove(issue.key);
      state.projects.delete(project);
    },
  };
}
