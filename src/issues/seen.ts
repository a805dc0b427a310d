import { digestOf } from "#base";
import type { Issue } from "#model";

/** What this session was last told of each issue, so that an update on an old view is noticed. */
export interface Seen {
  note(issue: Issue): void;
  /** The issue as it was told; undefined when it never was. */
  get(issue: Pick<Issue, "tracker" | "id">): Issue | undefined;
}

// An agent works on a few issues at a time; what fell out is compared with the store's row instead.
const KEPT = 1_000;

export function createSeen(): Seen {
  const told = new Map<string, Issue>();
  const keyOf = ({ tracker, id }: Pick<Issue, "tracker" | "id">) => digestOf([tracker, id]);
  return {
    note(issue) {
      const key = keyOf(issue);
      told.delete(key);
      told.set(key, issue);
      if (told.size > KEPT) told.delete(told.keys().next().value!);
    },
    get: (issue) => told.get(keyOf(issue)),
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
