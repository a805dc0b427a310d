import { pageByKey, pageByNumber } from "./gitlab-pages.ts";
import { renderIssue, renderNote, renderUser } from "./gitlab-render.ts";
import type { GitLabState, LinkType, Project, StoredIssue, StoredNote } from "./gitlab-state.ts";
import type { Asked, Reply } from "./serve.ts";

/** What one GitLab is like. */
export interface Ways {
  readonly state: GitLabState;
  /** Its address, the API's path left out. */
  readonly web: string;
  /** Knows no paging by key for issues. */
  readonly isOld: boolean;
}

/** What GitLab says to somebody it knows. */
export function answerGitLab(asked: Asked, ways: Ways): Reply {
  if (asked.path === "/users") return findUsers(asked, ways);
  const [, id, rest] = /^\/projects\/([^/]+)(\/.*)?$/.exec(asked.path) ?? [];
  const wanted = decodeURIComponent(id ?? "");
  const project = [...ways.state.projects.values()].find(
    (one) => String(one.id) === wanted || one.path.toLowerCase() === wanted.toLowerCase(),
  );
  if (!project) return refusal(404, "404 Project Not Found");
  return inProject(asked, rest ?? "", project, ways);
}

export const refusal = (status: number, message: unknown): Reply => ({ status, body: { message } });

function inProject(asked: Asked, rest: string, project: Project, ways: Ways): Reply {
  if (rest === "/issues")
    return asked.method === "POST" ? createIssue(asked, project, ways) : listIssues(asked, project, ways);
  const [, iid, part] = /^\/issues\/(\d+)(\/\w+)?$/.exec(rest) ?? [];
  const issue = project.issues.get(Number(iid));
  if (!issue) return refusal(404, "404 Not found");
  switch (`${asked.method} ${part ?? ""}`) {
    case "GET ":
      return { status: 200, body: renderIssue(issue, ways.state, ways.web) };
    case "PUT ":
      return updateIssue(asked, issue, ways);
    case "GET /notes":
      return listNotes(asked, issue, ways);
    case "POST /notes":
      return addNote(asked, issue, ways);
    case "GET /links":
      return listLinks(issue, ways);
    case "POST /links":
      return addLink(asked, issue, ways);
    default:
      return refusal(404, "404 Not Found");
  }
}

// Sorting ten thousand issues for each page would be the server's time, not the client's.
const sorted = new WeakMap<Project, { readonly key: string; readonly issues: StoredIssue[] }>();

function inOrder(project: Project, by: "createdAt" | "updatedAt", state: GitLabState): StoredIssue[] {
  const key = `${state.version} ${by}`;
  const kept = sorted.get(project);
  if (kept?.key === key) return kept.issues;
  const issues = [...project.issues.values()].sort(
    (a, b) => a[by].getTime() - b[by].getTime() || a.id - b.id,
  );
  sorted.set(project, { key, issues });
  return issues;
}

function listIssues(asked: Asked, project: Project, ways: Ways): Reply {
  const by = asked.query.get("order_by") === "updated_at" ? "updatedAt" : "createdAt";
  const after = Date.parse(asked.query.get("updated_after") ?? "1970-01-01");
  const wanted = asked.query.get("state") ?? "all";
  const found = inOrder(project, by, ways.state).filter(
    (issue) => (wanted === "all" || issue.state === wanted) && issue.updatedAt.getTime() >= after,
  );
  const issues = asked.query.get("sort") === "asc" ? found : found.toReversed();
  const url = `${ways.web}/api/v4${asked.path}`;
  const render = (issue: StoredIssue) => renderIssue(issue, ways.state, ways.web);
  if (asked.query.get("pagination") !== "keyset") return pageByNumber(asked, issues, url, render);
  if (ways.isOld) return refusal(405, "Keyset pagination is not yet available for this type of request");
  const keyOf = (issue: StoredIssue) => [issue[by].getTime(), issue.id] as const;
  return pageByKey(asked, issues, url, { keyOf, render });
}

interface IssueBody {
  readonly title?: string;
  readonly description?: string;
  readonly labels?: string | readonly string[];
  readonly assignee_ids?: readonly number[];
  readonly state_event?: "close" | "reopen";
  readonly issue_type?: string;
}

function createIssue(asked: Asked, project: Project, ways: Ways): Reply {
  const body = asked.body as IssueBody;
  const wrong = invalid(body);
  if (wrong) return wrong;
  const issue = ways.state.addIssue(project.path, { title: body.title! });
  apply(body, issue, ways.state);
  return { status: 201, body: renderIssue(issue, ways.state, ways.web) };
}

function updateIssue(asked: Asked, issue: StoredIssue, ways: Ways): Reply {
  const body = asked.body as IssueBody;
  if (!body || Object.keys(body).length === 0)
    return {
      status: 400,
      body: { error: "title, description are missing, at least one parameter must be provided" },
    };
  const wrong = invalid(body);
  if (wrong) return wrong;
  apply(body, issue, ways.state);
  ways.state.edit(issue.project.path, issue.iid, {});
  return { status: 200, body: renderIssue(issue, ways.state, ways.web) };
}

function invalid({ title, description }: IssueBody): Reply | undefined {
  if (title !== undefined && title.trim() === "") return refusal(400, { title: ["can't be blank"] });
  if (title && title.length > 255)
    return refusal(400, { title: ["is too long (maximum is 255 characters)"] });
  if (description && description.length > 1_048_576)
    return refusal(400, { description: ["is too long (maximum is 1048576 characters)"] });
  return undefined;
}

function apply(body: IssueBody, issue: StoredIssue, state: GitLabState): void {
  if (body.title !== undefined) issue.title = body.title;
  if (body.description !== undefined) issue.description = withoutQuickActions(body.description, issue, state);
  if (body.issue_type !== undefined) issue.type = body.issue_type;
  const labels = typeof body.labels === "string" ? body.labels.split(",").filter(Boolean) : body.labels;
  if (state.mayPlan && labels) issue.labels = [...labels];
  if (state.mayPlan && body.assignee_ids) issue.assignee = userOf(state, body.assignee_ids[0]);
  if (body.state_event) setState(issue, body.state_event, state);
}

function setState(issue: StoredIssue, event: "close" | "reopen", state: GitLabState): void {
  issue.state = event === "close" ? "closed" : "opened";
  issue.closedAt = event === "close" ? state.now() : null;
}

const userOf = (state: GitLabState, id: number | undefined) =>
  [...state.users].find(([, one]) => one === id)?.[0] ?? null;

/** GitLab obeys such lines and takes them out. */
function withoutQuickActions(text: string, issue: StoredIssue, state: GitLabState): string {
  return text
    .split("\n")
    .filter((line) => {
      if (line.trim() !== "/close") return true;
      setState(issue, "close", state);
      return false;
    })
    .join("\n");
}

function listNotes(asked: Asked, issue: StoredIssue, ways: Ways): Reply {
  const by = asked.query.get("order_by") === "updated_at" ? "updatedAt" : "createdAt";
  const filter = asked.query.get("activity_filter") ?? "all_notes";
  const notes = issue.notes
    .filter(({ isSystem }) => filter === "all_notes" || isSystem === (filter === "only_activity"))
    .sort((a, b) => a[by].getTime() - b[by].getTime() || a.id - b.id);
  const ordered = asked.query.get("sort") === "asc" ? notes : notes.toReversed();
  const url = `${ways.web}/api/v4${asked.path}`;
  return pageByNumber(asked, ordered, url, (note: StoredNote) =>
    renderNote(note, issue, ways.state, ways.web),
  );
}

function addNote(asked: Asked, issue: StoredIssue, { state, web }: Ways): Reply {
  const { body } = asked.body as { body: string };
  const kept = withoutQuickActions(body, issue, state);
  const note = state.addNote(issue.project.path, issue.iid, { body: kept });
  return { status: 201, body: renderNote(note, issue, state, web) };
}

const REVERSE: Readonly<Record<LinkType, LinkType>> = {
  relates_to: "relates_to",
  blocks: "is_blocked_by",
  is_blocked_by: "blocks",
};

function listLinks(issue: StoredIssue, { state, web }: Ways): Reply {
  const linked = state.links.flatMap(({ from, to, type }) => {
    if (from === issue) return [{ other: to, type }];
    return to === issue ? [{ other: from, type: REVERSE[type] }] : [];
  });
  const body = linked.map(({ other, type }, index) => ({
    ...renderIssue(other, state, web),
    issue_link_id: index + 1,
    link_type: type,
  }));
  return { status: 200, body };
}

function addLink(asked: Asked, issue: StoredIssue, { state, web }: Ways): Reply {
  const {
    target_project_id,
    target_issue_iid,
    link_type = "relates_to",
  } = asked.body as {
    target_project_id: string | number;
    target_issue_iid: string | number;
    link_type?: LinkType;
  };
  const project = [...state.projects.values()].find(
    ({ id, path }) => path === target_project_id || id === Number(target_project_id),
  );
  const target = project?.issues.get(Number(target_issue_iid));
  if (!target)
    return refusal(404, "No matching issue found. Make sure that you are adding a valid issue URL.");
  if (link_type !== "relates_to" && !state.isPaid)
    return refusal(403, "Blocked issues not available for current license");
  if (state.links.some(({ from, to }) => from === issue && to === target))
    return refusal(409, "Issue(s) already assigned");
  state.links.push({ from: issue, to: target, type: link_type });
  state.edit(issue.project.path, issue.iid, {});
  const [source_issue, target_issue] = [renderIssue(issue, state, web), renderIssue(target, state, web)];
  return { status: 201, body: { id: state.links.length, source_issue, target_issue, link_type } };
}

function findUsers(asked: Asked, { state, web }: Ways): Reply {
  const name = asked.query.get("username")?.toLowerCase() ?? "";
  const found = [...state.users.keys()].filter((one) => one.toLowerCase() === name);
  return { status: 200, body: found.map((one) => renderUser(one, state, web)) };
}
