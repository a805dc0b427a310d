import type { ChangePage } from "../types.ts";
import { walk } from "../walk.ts";
import { type Marks, readCursor, writeCursor } from "./cursor.ts";
import { createIdBook } from "./id-book.ts";
import { listComments, listIssues } from "./list.ts";
import type { Hub } from "./read.ts";
import type { GitHubComment, GitHubIssue } from "./schema.ts";
import { toComment, toIssue } from "./to-issue.ts";

/** First the issues that changed, then the comments: a repository has one stream of each. */
export async function* changes(
  hub: Hub,
  project: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ChangePage> {
  let marks: Marks = readCursor(cursor);
  const book = createIdBook(hub, project, signal);

  if (!marks.isAtComments)
    for await (const step of walk(marks.issues, updatedAt, (asking) =>
      listIssues(hub, project, asking, signal),
    )) {
      marks = step.mark.isDone
        ? { ...marks, issues: step.mark, isAtComments: true }
        : { ...marks, issues: step.mark };
      const real = step.items.filter((issue) => !issue.pull_request);
      book.learn(real);
      const issues = real.map((issue) =>
        toIssue(hub.name, issue, hub.keys.at(project, issue.number), hub.keys),
      );
      yield { issues, comments: [], cursor: writeCursor(marks) };
    }

  for await (const step of walk(marks.comments, updatedAt, (asking) =>
    listComments(hub, project, asking, signal),
  )) {
    marks = step.mark.isDone ? atEnd({ ...marks, comments: step.mark }) : { ...marks, comments: step.mark };
    const ofIssues = step.items.filter((comment) => !comment.html_url.includes("/pull/"));
    const { idOf, met } = await book.find(ofIssues.map(numberOf));
    yield { issues: met, comments: group(ofIssues, idOf), cursor: writeCursor(marks) };
  }
  // No comment changed: without this the next walk would think itself among the comments still.
  if (marks.isAtComments) yield { issues: [], comments: [], cursor: writeCursor(atEnd(marks)) };
}

const atEnd = ({ issues, comments }: Marks): Marks => ({ issues, comments });
const updatedAt = (item: GitHubIssue | GitHubComment) => item.updated_at;
const numberOf = (comment: GitHubComment) => Number(comment.issue_url.split("/").at(-1));

function group(
  comments: readonly GitHubComment[],
  idOf: (number: number) => string | undefined,
): ChangePage["comments"] {
  const sets = new Map<string, GitHubComment[]>();
  for (const comment of comments) {
    const id = idOf(numberOf(comment));
    if (id !== undefined) sets.set(id, [...(sets.get(id) ?? []), comment]);
  }
  return [...sets].map(([issueId, of]) => ({ issueId, comments: of.map(toComment), isComplete: false }));
}
