import type { Issue, IssueComment } from "#model";

/** An issue of a tracker named `t`, project `p`, with what a test does not care about filled in. */
export function someIssue(id: string, fields: Partial<Issue> = {}): Issue {
  return {
    tracker: "t",
    project: "p",
    id,
    key: `p#${id}`,
    url: `https://tracker.test/p/${id}`,
    title: `Issue ${id}`,
    body: `Body of ${id}.`,
    isLossy: false,
    state: "open",
    status: "open",
    labels: [],
    createdAt: new Date("2026-01-01T00:00:00.000Z"),
    updatedAt: new Date("2026-01-02T00:00:00.000Z"),
    links: [],
    ...fields,
  };
}

/** A comment, one millisecond younger than the one with the number before. */
export function someComment(n: number, fields: Partial<IssueComment> = {}): IssueComment {
  const at = new Date(Date.parse("2026-01-03T00:00:00.000Z") + n);
  return { id: `c${n}`, body: `Comment ${n}.`, createdAt: at, updatedAt: at, ...fields };
}
