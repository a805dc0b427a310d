import type { JiraState, JiraStored } from "./jira-state.ts";

/** A question of JQL that does not parse, or names what is not there: Jira's 400. */
export class JqlError extends Error {}

const JQL =
  /^project = ("(?:\\.|[^"\\])*"|\w+)(?: AND updated >= ("[^"]*"|-?\d+))? ORDER BY (updated|key) ASC(?:, key ASC)?$/;

/** The issues that the index finds for the JQL that preloop asks, in order. */
export function findByJql(jql: string, state: JiraState): JiraStored[] {
  const match = JQL.exec(jql.trim());
  if (!match) throw new JqlError(`Error in the JQL Query: '${jql}'`);
  const project = match[1]!.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1").toUpperCase();
  if (!state.projects.has(project))
    throw new JqlError(`The value '${project}' does not exist for the field 'project'.`);
  const since = match[2] === undefined ? 0 : timeOf(match[2], state.zoneMinutes);
  const number = (issue: JiraStored) => Number(issue.key.split("-").at(-1));
  return state
    .indexed()
    .filter((issue) => issue.key.startsWith(`${project}-`) && issue.updated.getTime() >= since)
    .sort((one, other) =>
      match[3] === "key"
        ? number(one) - number(other)
        : one.updated.getTime() - other.updated.getTime() || number(one) - number(other),
    );
}

/** Bare numbers are milliseconds; a quoted date is minutes wide and in the account's zone. */
function timeOf(word: string, zoneMinutes: number): number {
  if (!word.startsWith('"')) return Number(word);
  const [, day, time] = /^"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?"$/.exec(word) ?? [];
  if (!day) throw new JqlError(`Date value ${word} for field 'updated' is invalid.`);
  return Date.parse(`${day}T${time ?? "00:00"}:00Z`) - zoneMinutes * 60_000;
}

export interface Page {
  readonly issues: readonly JiraStored[];
  readonly next?: string;
}

/** Cloud's pages: the token says behind which issue the next one begins, and is good for the same question only. */
export function pageByToken(
  jql: string,
  found: readonly JiraStored[],
  size: number,
  token: string | undefined,
): Page {
  let from = 0;
  if (token !== undefined) {
    const read = readToken(token);
    if (read?.jql !== jql) throw new JqlError("The provided next page token is invalid or has expired.");
    const after = found.findIndex(
      (issue) =>
        issue.updated.getTime() > read.updated ||
        (issue.updated.getTime() === read.updated && Number(issue.id) > read.id),
    );
    const byKey = found.findIndex((issue) => Number(issue.id) === read.id) + 1;
    from = jql.includes("ORDER BY key") ? byKey : after < 0 ? found.length : after;
  }
  const issues = found.slice(from, from + size);
  const last = issues.at(-1);
  if (!last || from + size >= found.length) return { issues };
  const next = { jql, updated: last.updated.getTime(), id: Number(last.id) };
  return { issues, next: Buffer.from(JSON.stringify(next)).toString("base64url") };
}

function readToken(token: string): { jql: string; updated: number; id: number } | undefined {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
