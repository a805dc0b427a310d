import { digestOf, type Json } from "#base";
import type { Issue } from "#model";

/** What this session was last told of each issue, so that an update on an old view is noticed. */
export interface LastRead {
  note(issue: Issue): void;
  /** The issue as it was told; undefined when it never was. */
  get(issue: Pick<Issue, "tracker" | "id">): Issue | undefined;
  /** Binds a call that waits for a person to the issue as it was when the call was made. */
  bind(input: object, issue: Issue): void;
  /** The issue that such a call was made for; it is told once. */
  unbind(input: object): Issue | undefined;
}

// An agent works on a few issues at a time; what fell out is compared with the store's row instead.
const MAX_ISSUES = 1_000;

export function createLastRead(): LastRead {
  const told = createRecent();
  const bound = createRecent();
  const keyOf = ({ tracker, id }: Pick<Issue, "tracker" | "id">) => digestOf([tracker, id]);
  return {
    note: (issue) => told.set(keyOf(issue), issue),
    get: (issue) => told.get(keyOf(issue)),
    bind: (input, issue) => bound.set(digestOf(input as Json), issue),
    unbind: (input) => bound.take(digestOf(input as Json)),
  };
}

/** The issues that were put in last. */
function createRecent() {
  const issues = new Map<string, Issue>();
  return {
    get: (key: string) => issues.get(key),
    take(key: string) {
      const issue = issues.get(key);
      issues.delete(key);
      return issue;
    },
    set(key: string, issue: Issue) {
      issues.delete(key);
      issues.set(key, issue);
      if (issues.size > MAX_ISSUES) issues.delete(issues.keys().next().value!);
    },
  };
}

const FIELDS = ["title", "body", "status", "priority", "assignee", "labels"] as const;

/** The fields in which two readings of an issue differ, in words. Comments and dates do not count. */
export function differences(before: Issue, now: Issue): string[] {
  return FIELDS.flatMap((field) => {
    const [was, is] = [shown(before[field]), shown(now[field])];
    if (was === is) return [];
    return [field === "body" ? "the description" : `${field}: ${was} is now ${is}`];
  });
}

function shown(value: string | readonly string[] | undefined): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? `"${value}"` : `[${[...value].sort().join(", ")}]`;
}
