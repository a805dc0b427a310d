import type * as z from "zod";
import { vendorMessage } from "../http/call-errors.ts";
import { readAs } from "../read-as.ts";
import { projectRefused, unexpected } from "../refusals.ts";
import type { JiraContext } from "./read.ts";
import { FIELDS, idsSchema, type JiraIssue, searchSchema } from "./schema.ts";

/** Page of a search, and the token of the next one when there is one. */
export interface SearchResultPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
  /** Where the server says how many there are in all. */
  readonly total?: number;
  /** The server's own time when it answered. */
  readonly servedAt?: number;
}

/** Query for the issues of a project that changed. */
export interface ChangeQuery {
  readonly project: string;
  /** Milliseconds since 1970; everything without it. */
  readonly since?: number;
  readonly next?: string;
}

const ISSUES_PER_PAGE = 100;

/** Issues of a project by the time of their last update, oldest first. */
export function searchChanges(
  site: JiraContext,
  query: ChangeQuery,
  signal?: AbortSignal,
): Promise<SearchResultPage<JiraIssue>> {
  const { project, since, next } = query;
  // Unquoted milliseconds: a quoted date is minutes wide and read in the account's own time zone.
  const changed = since === undefined ? "" : ` AND updated >= ${since}`;
  const jql = `project = ${quoted(project)}${changed} ORDER BY updated ASC, key ASC`;
  return search(
    site,
    project,
    searchSchema,
    { jql, fields: FIELDS, size: ISSUES_PER_PAGE, ...(next && { next }) },
    signal,
  );
}

/** The ids of all issues of a project, page by page. */
export async function* listIds(
  site: JiraContext,
  project: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const jql = `project = ${quoted(project)} ORDER BY key ASC`;
  let next: string | undefined;
  do {
    const page = { jql, fields: ["id"], size: site.deployment.idsPerPage, ...(next && { next }) };
    const found = await search(site, project, idsSchema, page, signal);
    yield found.items.map(({ id }) => id);
    next = found.next;
  } while (next !== undefined);
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, (char) => `\\${char}`)}"`;

async function search<Item>(
  site: JiraContext,
  project: string,
  schema: z.ZodType<Omit<z.output<typeof searchSchema>, "issues"> & { issues: Item[] }>,
  page: Parameters<JiraContext["deployment"]["searchBody"]>[0],
  signal?: AbortSignal,
): Promise<SearchResultPage<Item>> {
  const about = `the issues of ${project}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "POST",
    path: site.deployment.searchPath,
    body: site.deployment.searchBody(page),
    isRepeatable: true,
  });
  // A project that is gone, or not ours to see, is a value that JQL does not know.
  if (answer.status === 404 || (answer.status === 400 && /project/i.test(vendorMessage(answer.data))))
    throw projectRefused(site.name, project, vendorMessage(answer.data) || String(answer.status));
  if (answer.status >= 300) throw unexpected(site.name, about, answer);
  const found = readAs(schema, answer.data, { tracker: site.name, about });
  const next = nextOf(found, page);
  const servedAt = Date.parse(answer.headers.get("date") ?? "");
  return {
    items: found.issues,
    ...(next === undefined ? {} : { next }),
    ...(typeof found.total === "number" ? { total: found.total } : {}),
    ...(Number.isNaN(servedAt) ? {} : { servedAt }),
  };
}

function nextOf(
  found: Omit<z.output<typeof searchSchema>, "issues"> & { issues: unknown[] },
  page: { next?: string },
) {
  if (found.nextPageToken) return found.isLast === true ? undefined : found.nextPageToken;
  if (found.total === null || found.total === undefined) return undefined;
  const seen = (found.startAt ?? Number(page.next ?? 0)) + found.issues.length;
  return found.issues.length > 0 && seen < found.total ? String(seen) : undefined;
}
