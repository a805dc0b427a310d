import { adfFaults } from "../../markup/support/adf-schema.ts";
import type { Exchange } from "../support/contract.ts";
import { loadContract } from "../support/contracts.ts";
import type { JiraFace } from "./jira-render.ts";
import { answerJira, refusal } from "./jira-routes.ts";
import { createJiraState, type JiraState } from "./jira-state.ts";
import { type Seed, USERS } from "./seed.ts";
import { type Asked, type Reply, type Served, serve } from "./serve.ts";

export interface JiraServer extends Served {
  /** The site's address, for `url` in the config. */
  readonly url: string;
  /** For `email` in the config; Data Center has none. */
  readonly email?: string;
  readonly token: string;
  readonly state: JiraState;
}

export interface JiraOptions {
  /** Projects by key. Texts are in the dialect's own language, or plain. */
  readonly seed?: Seed;
  readonly now?: () => Date;
  readonly port?: number;
  /** False leaves the vendor's description alone: for demos and benchmarks. */
  readonly isChecked?: boolean;
}

export const JIRA_SEED: Seed = {
  users: USERS,
  projects: {
    APP: [
      {
        title: "Login button does nothing on Safari",
        body: "Steps: open the login page, press the button.",
        labels: ["bug"],
        author: "ana",
        assignee: "bo",
        createdAt: new Date("2026-02-01T09:00:00Z"),
        comments: [
          { body: "Seen on 17.2, too.", author: "bo", createdAt: new Date("2026-02-02T10:00:00Z") },
          { body: "שלום 👋🏽", author: "cleo", createdAt: new Date("2026-02-03T10:00:00Z") },
        ],
      },
      { title: "Export as CSV", author: "bo", state: "closed", createdAt: new Date("2026-02-04T09:00:00Z") },
    ],
  },
};

/** A Jira Cloud of our own: ADF, tokens for pages, 20 comments in a search, an index that may lag. */
export const startJiraCloud = (options: JiraOptions = {}): Promise<JiraServer & { readonly email: string }> =>
  start(options, true) as Promise<JiraServer & { readonly email: string }>;

/** A Jira Data Center of our own, at /jira: wiki markup, counted pages, a personal access token. */
export const startJiraServer = (options: JiraOptions = {}): Promise<JiraServer> => start(options, false);

async function start(options: JiraOptions, isCloud: boolean): Promise<JiraServer> {
  const state = createJiraState(options.seed ?? JIRA_SEED, {
    now: options.now ?? (() => new Date()),
    toText: isCloud ? asDocument : (text) => text,
  });
  const email = "ana@example.com";
  const token = isCloud ? "ATATT3xFfGF0-0123456789abcdef" : "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
  const context = isCloud ? "" : "/jira";
  const api = isCloud ? "/rest/api/3" : "/api/2";
  const due = isCloud ? `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}` : `Bearer ${token}`;
  const face: { -readonly [Name in keyof JiraFace]: JiraFace[Name] } = { isCloud, api: "" };
  const faults: string[] = [];

  const answer = (asked: Asked): Reply => {
    if (asked.headers.authorization !== due || state.isRevoked)
      return refusal(401, ["You are not authenticated. Authentication required to perform this operation."]);
    const known = { "x-ausername": state.isStranger ? "anonymous" : "ana" };
    if (state.isStranger && asked.path.includes("/search"))
      return {
        status: 200,
        headers: known,
        body: isCloud ? { issues: [], isLast: true } : { startAt: 0, maxResults: 50, total: 0, issues: [] },
      };
    if (!asked.path.startsWith(`${api}/`)) return refusal(404, ["null for uri"]);
    if (isCloud && asked.method !== "GET") faults.push(...documentFaults(asked.body));
    const reply = answerJira(asked, asked.path.slice(api.length), { state, face, me: "ana" });
    return { ...reply, headers: { ...known, ...reply.headers } };
  };

  const contract =
    options.isChecked === false ? undefined : loadContract(isCloud ? "jira-cloud" : "jira-datacenter");
  const served = await serve({
    base: isCloud ? "" : "/jira/rest",
    answer,
    ...(contract
      ? {
          contract: {
            dialect: contract.dialect,
            check: (seen) =>
              isUndescribed(seen.path, isCloud) ? [] : contract.check(isCloud ? seen : withoutValues(seen)),
          },
        }
      : {}),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  face.api = `${served.origin}${isCloud ? "" : "/jira/rest"}${api}`;
  return {
    ...served,
    get violations() {
      return [...served.violations, ...faults];
    },
    url: served.origin + context,
    token,
    state,
    ...(isCloud ? { email } : {}),
  };
}

/** Neither description has the fields of an edit, nor Data Center's the search for people. */
const isUndescribed = (path: string, isCloud: boolean) =>
  path.endsWith("/editmeta") || (!isCloud && path.endsWith("/user/assignable/search"));

/**
 * Data Center's description leaves out that transitions take `expand=transitions.fields`, which Jira's guide to them
 * shows; and it says that every field is an object, which even its own examples are not.
 */
function withoutValues(seen: Exchange): Exchange {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        name === "fields" && !Array.isArray(each) ? {} : strip(each),
      ]),
    );
  };
  const query = seen.path.endsWith("/transitions") ? "" : seen.query;
  return { ...seen, query, sent: strip(seen.sent), answered: strip(seen.answered) };
}

/** Every document that is sent must be one by Atlassian's own schema. */
function documentFaults(body: unknown): string[] {
  const { fields, body: comment } = (body ?? {}) as { fields?: { description?: unknown }; body?: unknown };
  return [fields?.description, comment].flatMap((document) => {
    const fault = document === undefined || document === null ? undefined : adfFaults(document);
    return fault === undefined ? [] : [`no valid document: ${fault}`];
  });
}

/** ADF of a seed: as it is when it is one, else a paragraph for each of its own. */
function asDocument(text: string): unknown {
  if (text.startsWith('{"version":1')) return JSON.parse(text);
  const paragraphs = text.split(/\n{2,}/).filter((each) => each.trim() !== "");
  return {
    version: 1,
    type: "doc",
    content: paragraphs.map((paragraph) => ({
      type: "paragraph",
      content: paragraph
        .split("\n")
        .flatMap((line, at) => [
          ...(at === 0 ? [] : [{ type: "hardBreak" }]),
          ...(line ? [{ type: "text", text: line }] : []),
        ]),
    })),
  };
}
