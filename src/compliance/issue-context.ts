import { keysOfTitle, type Query, unknownKeysOf } from "#store";
import type { IssueContext } from "./text/parse-issue.ts";
import type { AssessedIssue } from "./types.ts";

const MAX_KEYS = 50;

/** What the store knows around an issue: others of the same title, and keys that name nothing. */
export async function loadIssueContext(db: Query, issue: AssessedIssue): Promise<IssueContext> {
  const { tracker, project, key } = issue;
  if (tracker === undefined || project === undefined) return {};
  return {
    sameTitle: await keysOfTitle(db, { tracker, project, key }, issue.title),
    unknownKeys: await unknownKeysOf(db, tracker, namedKeys(issue.body)),
  };
}

// `#7` may be a pull request, which is no issue; a key of Jira's is always an issue.
function namedKeys(body: string): { readonly key: string; readonly project: string }[] {
  const keys = new Set(body.slice(0, 100_000).match(/\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b/g) ?? []);
  return [...keys].slice(0, MAX_KEYS).map((key) => ({ key, project: key.split("-")[0]! }));
}
