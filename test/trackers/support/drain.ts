import type { ChangePage, Tracker } from "#trackers";

/** All pages of a walk, until the end or until `limit` of them. */
export async function drain(
  tracker: Tracker,
  project: string,
  cursor?: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<ChangePage[]> {
  const pages: ChangePage[] = [];
  for await (const page of tracker.changes(project, cursor)) {
    pages.push(page);
    if (pages.length >= limit) break;
  }
  return pages;
}

/** What a store would hold after these pages: keys with titles, and comments by issue. */
export function gather(pages: readonly ChangePage[]): {
  issues: Map<string, string>;
  comments: Map<string, string>;
} {
  const issues = new Map<string, string>();
  const comments = new Map<string, string>();
  for (const page of pages) {
    for (const issue of page.issues) issues.set(issue.key, issue.title);
    for (const set of page.comments)
      for (const comment of set.comments) comments.set(comment.id, comment.body);
  }
  return { issues, comments };
}

/** Reads a project with a kill after every page: each walk gives one page and is taken up by the next. */
export async function drainByPages(tracker: Tracker, project: string): Promise<ChangePage[]> {
  const pages: ChangePage[] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const [page] = await drain(tracker, project, cursor, 1);
    if (!page || seen.has(page.cursor)) return pages;
    pages.push(page);
    cursor = page.cursor;
    seen.add(cursor);
  }
}

export async function idsOf(tracker: Tracker, project: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of tracker.listIds(project)) ids.push(...page);
  return ids;
}

/** All pages of what changed, as one. */
export async function walkChanges(tracker: Tracker, project: string, cursor?: string) {
  const issues = [];
  const comments = [];
  const cursors: string[] = [];
  for await (const page of tracker.changes(project, cursor)) {
    issues.push(...page.issues);
    comments.push(...page.comments);
    cursors.push(page.cursor);
  }
  return { issues, comments, cursors, last: cursors.at(-1)! };
}
