import type { ChangePage } from "../types.ts";
import { walkListing } from "../walk-listing.ts";
import { type RepositoryPosition, readCursor, writeCursor } from "./cursor.ts";
import { createIdMap } from "./id-map.ts";
import { listComments, listIssues } from "./list.ts";
import type { GitHubContext } from "./read.ts";
import type { GitHubComment, GitHubIssue } from "./schema.ts";
import { toComment, toIssue } from "./to-issue.ts";

/** First the issues that changed, then the comments: a repository has one stream of each. */
export async function* changes(
  hub: GitHubContext,
  project: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ChangePage> {
  let position: RepositoryPosition = readCursor(cursor);
  const idMap = createIdMap(hub, project, signal);

  if (!position.isAtComments)
    for await (const page of walkListing(position.issues, updatedAt, (query) =>
      listIssues(hub, project, query, signal),
    )) {
      position = page.position.isDone
        ? { ...position, issues: page.position, isAtComments: true }
        : { ...position, issues: page.position };
      const real = page.items.filter((issue) => !issue.pull_request);
      idMap.learn(real);
      const issues = real.map((issue) =>
        toIssue(hub.name, issue, hub.keys.at(project, issue.number), hub.keys),
      );
      yield { issues, comments: [], cursor: writeCursor(position) };
    }

  for await (const page of walkListing(position.comments, updatedAt, (query) =>
    listComments(hub, project, query, signal),
  )) {
    position = page.position.isDone
      ? atEnd({ ...position, comments: page.position })
      : { ...position, comments: page.position };
    const ofIssues = page.items.filter((comment) => !comment.html_url.includes("/pull/"));
    const { idOf, fetched } = await idMap.find(ofIssues.map(numberOf));
    yield { issues: fetched, comments: group(ofIssues, idOf), cursor: writeCursor(position) };
  }
  // No comment changed: without this the next walk would think itself among the comments still.
  if (position.isAtComments) yield { issues: [], comments: [], cursor: writeCursor(atEnd(position)) };
}

const atEnd = ({ issues, comments }: RepositoryPosition): RepositoryPosition => ({ issues, comments });
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
