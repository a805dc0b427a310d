import { type Origins, renderComment, renderIssue } from "./github-render.ts";
import type { GitHubState, Repo, StoredComment, StoredIssue } from "./github-state.ts";
import type { Asked, Reply } from "./serve.ts";

/** What GitHub says to somebody it knows. */
export function answerGitHub(asked: Asked, state: GitHubState, origins: Origins): Reply {
  const [, owner, name, rest] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(asked.path) ?? [];
  const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(asked.path);
  if (byId) {
    const repo = [...state.repos.values()].find(({ id }) => id === Number(byId[1]));
    return repo ? inRepo(asked, byId[2] ?? "", { state, origins, repo }) : refusal(404, "Not Found");
  }
  if (!owner || !name) return refusal(404, "Not Found");
  const full = `${owner}/${name}`;
  const old = state.renamed.get(full);
  if (old) return moved(`${origins.api}/repositories/${old.id}${rest ?? ""}${search(asked)}`);
  const repo = [...state.repos.values()].find((one) => one.name.toLowerCase() === full.toLowerCase());
  return repo ? inRepo(asked, rest ?? "", { state, origins, repo }) : refusal(404, "Not Found");
}

export function refusal(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
    headers,
  };
}

interface Place {
  readonly state: GitHubState;
  readonly origins: Origins;
  readonly repo: Repo;
}

function inRepo(asked: Asked, rest: string, place: Place): Reply {
  const { repo } = place;
  if (asked.method === "POST" && !repo.hasIssues)
    return refusal(410, "Issues has been disabled in this repository.");
  const way = `${asked.method} ${rest}`;
  if (way === "GET /issues") return listIssues(asked, place);
  if (way === "POST /issues") return createIssue(asked, place);
  if (way === "GET /issues/comments") return listAllComments(asked, place);
  const [, number, isComments] = /^\/issues\/(\d+)(\/comments)?$/.exec(rest) ?? [];
  if (number === undefined) return refusal(404, "Not Found");
  const issue = repo.issues.get(Number(number));
  if (!issue) return fromGrave(repo, Number(number), place);
  if (!isComments)
    return asked.method === "PATCH"
      ? updateIssue(asked, issue, place)
      : ok(renderIssue(issue, place.origins));
  return asked.method === "POST" ? addComment(asked, issue, place) : listComments(asked, issue, place);
}

function fromGrave(repo: Repo, number: number, { state, origins }: Place): Reply {
  const grave = repo.graves.get(number);
  if (!grave) return refusal(404, "Not Found");
  if (grave.kind === "deleted") return refusal(410, "This issue was deleted");
  const home = state.repos.get(grave.to.repo);
  if (!home) return refusal(404, "Not Found");
  return moved(`${origins.api}/repositories/${home.id}/issues/${grave.to.number}`);
}

function moved(location: string): Reply {
  return {
    status: 301,
    headers: { location },
    body: { message: "Moved Permanently", url: location, documentation_url: "" },
  };
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const search = ({ query }: Asked) => (query.size > 0 ? `?${query}` : "");

// Sorting ten thousand issues for each page would be the server's time, not the client's.
const sorted = new WeakMap<Repo, { key: string; issues: StoredIssue[] }>();

function inOrder(
  { repo, state }: Place,
  by: "createdAt" | "updatedAt",
  isDescending: boolean,
): StoredIssue[] {
  const key = `${state.version} ${by} ${isDescending}`;
  const kept = sorted.get(repo);
  if (kept?.key === key) return kept.issues;
  const way = isDescending ? -1 : 1;
  const issues = [...repo.issues.values()].sort(
    (a, b) => way * (a[by].getTime() - b[by].getTime() || a.id - b.id),
  );
  sorted.set(repo, { key, issues });
  return issues;
}

/** GitHub reckons in whole seconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
const sinceOf = ({ query }: Asked) => (query.has("since") ? seconds(new Date(query.get("since")!)) : 0);

function listIssues(asked: Asked, place: Place): Reply {
  const { query } = asked;
  const by = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const wanted = query.get("state") ?? "open";
  const since = sinceOf(asked);
  const issues = inOrder(place, by, query.get("direction") !== "asc").filter(
    (issue) => (wanted === "all" || issue.state === wanted) && seconds(issue.updatedAt) >= since,
  );
  return byCursor(asked, issues, by, place);
}

/** A cursor names the issue before, so that an edit shifts nothing; the page beside it is for people. */
function byCursor(
  asked: Asked,
  issues: readonly StoredIssue[],
  by: "createdAt" | "updatedAt",
  { state, origins }: Place,
): Reply {
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 30));
  const page = Number(asked.query.get("page") ?? 1);
  const after = asked.query.get("after");
  if (after === null && page * perPage >= state.pagedUpTo)
    return refusal(
      422,
      "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)",
    );
  const way = asked.query.get("direction") === "asc" ? 1 : -1;
  const [time, id] = Buffer.from(after ?? "", "base64url")
    .toString()
    .split(" ")
    .map(Number);
  const isBehind = (issue: StoredIssue) => way * (issue[by].getTime() - time! || issue.id - id!) > 0;
  const found = after === null ? -1 : issues.findIndex(isBehind);
  const from = after === null ? (page - 1) * perPage : found < 0 ? issues.length : found;
  const shown = issues.slice(from, from + perPage);
  const last = shown.at(-1);
  const next = new URLSearchParams(asked.query);
  if (last) next.set("after", Buffer.from(`${last[by].getTime()} ${last.id}`).toString("base64url"));
  next.set("page", String(page + 1));
  const hasNext = from + perPage < issues.length;
  const link = hasNext ? { link: `<${origins.api}${asked.path}?${next}>; rel="next"` } : {};
  return { status: 200, headers: link, body: shown.map((issue) => renderIssue(issue, origins)) };
}

function listAllComments(asked: Asked, place: Place): Reply {
  const since = sinceOf(asked);
  const by = asked.query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const all = [...place.repo.issues.values()].flatMap((issue) =>
    issue.comments.map((comment) => ({ issue, comment })),
  );
  const way = asked.query.get("direction") === "desc" ? -1 : 1;
  const found = all
    .filter(({ comment }) => seconds(comment.updatedAt) >= since)
    .sort((a, b) => way * (a.comment[by].getTime() - b.comment[by].getTime() || a.comment.id - b.comment.id));
  return paged(asked, found, place, ({ issue, comment }) => renderComment(comment, issue, place.origins));
}

function listComments(asked: Asked, issue: StoredIssue, place: Place): Reply {
  return paged(asked, issue.comments, place, (comment: StoredComment) =>
    renderComment(comment, issue, place.origins),
  );
}

function paged<T>(asked: Asked, items: readonly T[], { origins }: Place, render: (item: T) => object): Reply {
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 30));
  const page = Number(asked.query.get("page") ?? 1);
  const shown = items.slice((page - 1) * perPage, page * perPage);
  const next = new URLSearchParams(asked.query);
  next.set("page", String(page + 1));
  const hasNext = page * perPage < items.length;
  const link = hasNext ? { link: `<${origins.api}${asked.path}?${next}>; rel="next"` } : {};
  return { status: 200, headers: link, body: shown.map(render) };
}

interface IssueBody {
  readonly title?: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  readonly state?: "open" | "closed";
  readonly state_reason?: string | null;
  readonly type?: string | null;
}

function createIssue(asked: Asked, place: Place): Reply {
  const { title, ...rest } = asked.body as IssueBody;
  const wrong = invalid(asked.body as IssueBody, place);
  if (wrong || !title?.trim()) return wrong ?? unprocessable("title", "missing_field");
  const issue = place.state.addIssue(place.repo.name, { title, author: "ana" });
  apply(issue, rest, place);
  return { status: 201, body: renderIssue(issue, place.origins) };
}

function updateIssue(asked: Asked, issue: StoredIssue, place: Place): Reply {
  const wrong = invalid(asked.body as IssueBody, place);
  if (wrong) return wrong;
  apply(issue, asked.body as IssueBody, place);
  place.state.edit(place.repo.name, issue.number, {});
  return ok(renderIssue(issue, place.origins));
}

function invalid(body: IssueBody, { state }: Place): Reply | undefined {
  const stranger = body.assignees?.find((login) => !state.users.has(login));
  if (stranger) return unprocessable("assignees", "invalid");
  if (body.body && body.body.length > 65_536)
    return unprocessable("body", "custom", "body is too long (maximum is 65536 characters)");
  if (body.type && !["Bug", "Feature", "Task"].includes(body.type)) return unprocessable("type", "invalid");
  return undefined;
}

function unprocessable(field: string, code: string, message?: string): Reply {
  const error = { resource: "Issue", field, code, ...(message ? { message } : {}) };
  return {
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [error],
      documentation_url: "https://docs.github.com/rest",
      status: "422",
    },
  };
}

function apply(issue: StoredIssue, change: IssueBody, { state }: Place): void {
  if (change.title !== undefined) issue.title = change.title;
  if (change.body !== undefined) issue.body = change.body;
  if (state.mayPush && change.labels) issue.labels = [...change.labels];
  if (state.mayPush && change.assignees) issue.assignee = change.assignees[0] ?? null;
  if (state.mayPush && change.type !== undefined) issue.type = change.type;
  const wanted = change.state;
  if (wanted === undefined) return;
  if (wanted !== issue.state) issue.closedAt = wanted === "closed" ? state.now() : null;
  issue.state = wanted;
  issue.stateReason = wanted === "closed" ? (change.state_reason ?? "completed") : "reopened";
}

function addComment(asked: Asked, issue: StoredIssue, { state, repo, origins }: Place): Reply {
  const { body } = asked.body as { body: string };
  const comment = state.addComment(repo.name, issue.number, { body });
  return { status: 201, body: renderComment(comment, issue, origins) };
}
