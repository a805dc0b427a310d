import { isJsonObject } from "#base";
import {
  adfOfMarkdown,
  markdownOfAdf,
  markdownOfWiki,
  rewriteAdf,
  rewriteWiki,
  wikiOfMarkdown,
} from "#markup";
import type { JiraConfig } from "../context.ts";
import type { JiraUser } from "./schema.ts";

/** Text as Markdown, with the original beside it. */
export interface JiraText {
  readonly markdown: string;
  readonly raw?: string;
  readonly isLossy: boolean;
}

/** Request for a page of a search. */
export interface SearchPage {
  readonly jql: string;
  readonly fields: readonly string[];
  readonly size: number;
  /** Cloud's word for the page, or Data Center's count of what came before; nothing for the first. */
  readonly next?: string;
}

/** Deployment of Jira, Cloud or Server and Data Center, with all that differs between them. */
export interface JiraDeployment {
  readonly kind: "cloud" | "server";
  /** `rest/api/3` */
  readonly api: string;
  readonly searchPath: string;
  /** How many ids a page of a search may hold. */
  readonly idsPerPage: number;
  searchBody(page: SearchPage): Record<string, unknown>;
  readText(raw: unknown): JiraText;
  writeText(markdown: string): unknown;
  /** As {@link writeText}, keeping the parts that did not change. @throws field_refused for what would be lost */
  rewriteText(raw: unknown, markdown: string, field: string): unknown;
  /** What an update would take for a user. */
  userId(user: JiraUser): string | undefined;
  userRef(id: string): Record<string, string>;
  /** The parameter that looks users up by a part of their names. */
  readonly userQuery: "query" | "username";
}

/** With an email it is Cloud, unless the config says otherwise. */
export function deploymentOf({ deployment, email }: JiraConfig): JiraDeployment {
  return (deployment ?? (email === undefined ? "server" : "cloud")) === "cloud" ? CLOUD : SERVER;
}

const CLOUD: JiraDeployment = {
  kind: "cloud",
  api: "rest/api/3",
  searchPath: "search/jql",
  idsPerPage: 5_000,
  searchBody: ({ jql, fields, size, next }) => ({
    jql,
    fields,
    maxResults: size,
    ...(next === undefined ? {} : { nextPageToken: next }),
  }),
  readText(raw) {
    const { markdown, losses } = markdownOfAdf(raw);
    const isThere = isJsonObject(raw);
    return { markdown, isLossy: losses.length > 0, ...(isThere ? { raw: JSON.stringify(raw) } : {}) };
  },
  writeText: adfOfMarkdown,
  rewriteText: rewriteAdf,
  userId: ({ accountId }) => accountId ?? undefined,
  userRef: (accountId) => ({ accountId }),
  userQuery: "query",
};

const SERVER: JiraDeployment = {
  kind: "server",
  api: "rest/api/2",
  searchPath: "search",
  idsPerPage: 1_000,
  searchBody: ({ jql, fields, size, next }) => ({
    jql,
    fields,
    maxResults: size,
    startAt: Number(next ?? 0),
  }),
  readText(raw) {
    if (typeof raw !== "string" || raw === "") return { markdown: "", isLossy: false };
    const { markdown, losses } = markdownOfWiki(raw);
    return { markdown, raw, isLossy: losses.length > 0 };
  },
  writeText: wikiOfMarkdown,
  rewriteText: (raw, markdown, field) => rewriteWiki(typeof raw === "string" ? raw : "", markdown, field),
  userId: ({ name }) => name ?? undefined,
  userRef: (name) => ({ name }),
  userQuery: "username",
};
