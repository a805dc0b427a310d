import { type JiraFace, renderComment, renderIssue, renderPerson, renderStatus } from "./jira-render.ts";
import { findByJql, JqlError, pageByToken } from "./jira-search.ts";
import { type JiraState, type JiraStored, PRIORITIES, STATUSES, STEPS, TIES, TYPES } from "./jira-state.ts";
import { createIssue, editIssue, JiraInvalid } from "./jira-write.ts";
import type { Asked, Reply } from "./serve.ts";

/** Jira's way to refuse. */
export const refusal = (status: number, messages: readonly string[], errors: object = {}): Reply => ({
  status,
  body: { errorMessages: messages, errors },
});

const GONE = "Issue does not exist or you do not have permission to see it.";

/** What one answer may use. */
interface Desk {
  readonly state: JiraState;
  readonly face: JiraFace;
  readonly me: string;
}

type Body = Readonly<Record<string, never>> & Record<string, unknown>;

/** Answers what is asked behind the API's path: `/issue/APP-1`. */
export function answerJira(asked: Asked, path: string, desk: Desk): Reply {
  try {
    return route(asked, path, desk) ?? refusal(404, ["null for uri"]);
  } catch (error) {
    if (error instanceof JqlError) return refusal(400, [error.message]);
    if (error instanceof JiraInvalid) return refusal(400, [], error.errors);
    throw error;
  }
}

function route(asked: Asked, path: string, desk: Desk): Reply | undefined {
  const { method } = asked;
  const { state, face } = desk;
  const [, section, first, second, third] = path.split("/").map(decodeURIComponent);
  if (section === "search") return search(asked, first, desk);
  if (path === "/issueLinkType")
    return {
      status: 200,
      body: { issueLinkTypes: TIES.map((tie) => ({ ...tie, self: `${face.api}/issueLinkType/${tie.id}` })) },
    };
  if (path === "/issueLink" && method === "POST") return tie(asked.body as Body, desk);
  if (path === "/user/assignable/search") return people(asked, desk);
  if (path === "/issue" && method === "POST") {
    const issue = createIssue(asked.body as Body, desk);
    return { status: 201, body: { id: issue.id, key: issue.key, self: `${face.api}/issue/${issue.id}` } };
  }
  if (section !== "issue" || first === undefined) return undefined;
  if (first === "createmeta") return createMeta(second!, path.split("/")[5], desk);
  const issue = state.find(first);
  if (!issue) return refusal(404, [GONE]);
  if (second === undefined) return oneIssue(asked, issue, desk);
  if (second === "comment") return comments(asked, issue, third, desk);
  if (second === "transitions") return transitions(asked, issue, desk);
  if (second === "editmeta") return { status: 200, body: { fields: fieldsOf() } };
  return undefined;
}

function oneIssue(asked: Asked, issue: JiraStored, { state, face }: Desk): Reply | undefined {
  if (asked.method === "GET")
    return {
      status: 200,
      body: renderIssue(issue, state, face, (asked.query.get("fields") ?? "*all").split(",")),
    };
  if (asked.method === "PUT") {
    editIssue(issue, asked.body as Body, { state, isCloud: face.isCloud });
    return { status: 204 };
  }
  if (asked.method !== "DELETE") return undefined;
  state.remove(issue.key);
  return { status: 204 };
}

function search(asked: Asked, kind: string | undefined, { state, face }: Desk): Reply | undefined {
  if (asked.method !== "POST") return undefined;
  // Cloud took its old search away; Data Center never had the new one.
  if (face.isCloud && kind !== "jql")
    return refusal(410, [
      "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.",
    ]);
  if (!face.isCloud && kind !== undefined) return undefined;
  const {
    jql = "",
    fields = ["id"],
    maxResults = 50,
    nextPageToken,
    startAt = 0,
  } = asked.body as {
    jql?: string;
    fields?: string[];
    maxResults?: number;
    nextPageToken?: string;
    startAt?: number;
  };
  const found = findByJql(jql, state);
  const isBare = fields.every((name) => name === "id" || name === "key");
  const size = Math.min(maxResults, face.isCloud && !isBare ? 100 : face.isCloud ? 5_000 : 1_000);
  const render = (issues: readonly JiraStored[]) =>
    issues.map((issue) => renderIssue(issue, state, face, fields));
  if (!face.isCloud) {
    const issues = render(found.slice(startAt, startAt + size));
    return {
      status: 200,
      body: { expand: "schema,names", startAt, maxResults: size, total: found.length, issues },
    };
  }
  const { issues, next } = pageByToken(jql, found, size, nextPageToken);
  return {
    status: 200,
    body: { issues: render(issues), isLast: next === undefined, ...(next ? { nextPageToken: next } : {}) },
  };
}

function comments(
  asked: Asked,
  issue: JiraStored,
  id: string | undefined,
  { state, face, me }: Desk,
): Reply | undefined {
  if (id !== undefined) return undefined;
  if (asked.method === "POST") {
    const { body } = asked.body as { body: unknown };
    const note = {
      id: String(Number(issue.id) * 1_000 + issue.comments.length),
      author: me,
      body,
      created: state.now(),
      updated: state.now(),
    };
    issue.comments.push(note);
    state.edit(issue.key, {});
    return { status: 201, body: renderComment(note, issue, state, face) };
  }
  const startAt = Number(asked.query.get("startAt") ?? 0);
  const maxResults = Math.min(Number(asked.query.get("maxResults") ?? 50), 100);
  const page = issue.comments.slice(startAt, startAt + maxResults);
  const rendered = page.map((note) => renderComment(note, issue, state, face));
  return { status: 200, body: { startAt, maxResults, total: issue.comments.length, comments: rendered } };
}

function transitions(asked: Asked, issue: JiraStored, { state, face }: Desk): Reply | undefined {
  const steps = STEPS.filter(({ from }) => from === issue.status);
  if (asked.method === "GET") {
    const rendered = steps.map(({ id, name, to }) => ({
      id,
      name,
      to: renderStatus(to, face),
      fields: STATUSES[to]!.category === "done" ? { resolution: RESOLUTION } : {},
    }));
    return { status: 200, body: { expand: "transitions", transitions: rendered } };
  }
  const { transition, fields } = asked.body as {
    transition: { id: string };
    fields?: { resolution?: { name?: string } };
  };
  const step = steps.find(({ id }) => id === transition.id);
  if (!step) return refusal(400, ["It seems that you have tried to perform an illegal workflow operation."]);
  const isDone = STATUSES[step.to]!.category === "done";
  if (isDone && !fields?.resolution?.name) return refusal(400, [], { resolution: "Resolution is required." });
  state.edit(issue.key, { status: step.to, resolved: isDone ? state.now() : null });
  return { status: 204 };
}

const field = (name: string, more: object = {}) => ({
  required: false,
  hasDefaultValue: false,
  operations: ["set"],
  key: name,
  name,
  schema: { type: "string", system: name },
  ...more,
});

const RESOLUTION = field("resolution", {
  required: true,
  allowedValues: [
    { name: "Won't Do", id: "2" },
    { name: "Done", id: "1" },
  ],
});

function fieldsOf(): Record<string, object> {
  const priorities = PRIORITIES.map((name, at) => ({ id: String(at + 1), name }));
  const named = ["summary", "description", "labels", "assignee"].map((name) => [name, field(name)]);
  return Object.fromEntries([...named, ["priority", field("priority", { allowedValues: priorities })]]);
}

function createMeta(project: string, typeId: string | undefined, { state, face }: Desk): Reply {
  if (!state.projects.has(project.toUpperCase()))
    return refusal(face.isCloud ? 404 : 400, [
      "Project does not exist or you do not have permission to create issues in it.",
    ]);
  const page = { startAt: 0, maxResults: 50 };
  if (typeId === undefined) {
    const types = TYPES.map((type) => ({
      ...type,
      description: "",
      self: `${face.api}/issuetype/${type.id}`,
    }));
    return {
      status: 200,
      body: { ...page, total: types.length, [face.isCloud ? "issueTypes" : "values"]: types },
    };
  }
  const fields = Object.entries(fieldsOf()).map(([fieldId, each]) => ({ ...each, fieldId }));
  return {
    status: 200,
    body: { ...page, total: fields.length, [face.isCloud ? "fields" : "values"]: fields },
  };
}

function people({ query }: Asked, { state, face }: Desk): Reply {
  const words = (query.get("query") ?? query.get("username") ?? "").toLowerCase();
  const id = query.get("accountId");
  const found = state.people.filter((person) =>
    id === null
      ? [person.name, person.displayName, person.email].some((word) => word.toLowerCase().startsWith(words))
      : person.accountId === id,
  );
  return { status: 200, body: found.map(({ name }) => renderPerson(name, state, face)) };
}

function tie(body: Body, { state, face }: Desk): Reply {
  const { type, inwardIssue, outwardIssue } = body as unknown as Record<
    "type" | "inwardIssue" | "outwardIssue",
    { name: string; key: string }
  >;
  const [from, to] = [state.find(inwardIssue.key), state.find(outwardIssue.key)];
  if (!from || !to) return refusal(404, [GONE]);
  if (!TIES.some(({ name }) => name === type.name))
    return refusal(404, [`No issue link type with name '${type.name}' found.`]);
  state.ties.push({ id: String(20_000 + state.ties.length), type: type.name, from: from.id, to: to.id });
  for (const issue of [from, to]) state.edit(issue.key, {});
  return face.isCloud ? { status: 201, body: {} } : { status: 201 };
}
