import {
  type JiraNote,
  type JiraState,
  type JiraStored,
  PRIORITIES,
  STATUSES,
  TIES,
  TYPES,
} from "./jira-state.ts";

/** Which of the two a server is, and where. */
export interface JiraFace {
  readonly isCloud: boolean;
  /** With the API's path: `http://127.0.0.1:1/rest/api/3`. */
  readonly api: string;
}

/** Jira's own way to write a time: no colon in the zone. */
export const stamp = (date: Date) => date.toISOString().replace("Z", "+0000");

const CATEGORIES = {
  new: [2, "To Do", "blue-gray"],
  indeterminate: [4, "In Progress", "yellow"],
  done: [3, "Done", "green"],
} as const;

export function renderStatus(name: string, { api, isCloud }: JiraFace): object {
  const { id, category } = STATUSES[name]!;
  const [categoryId, categoryName, colorName] = CATEGORIES[category];
  const icon = `${api}/images/${id}.png`;
  return {
    self: `${api}/status/${id}`,
    description: "",
    iconUrl: icon,
    name,
    id,
    statusCategory: {
      self: `${api}/statuscategory/${categoryId}`,
      id: categoryId,
      key: category,
      colorName,
      name: categoryName,
      ...(isCloud ? {} : {}),
    },
  };
}

export function renderPerson(name: string, state: JiraState, { api, isCloud }: JiraFace): object {
  const person = state.people.find((each) => each.name === name);
  const displayName = person?.displayName ?? name;
  const avatarUrls = {
    "48x48": `${api}/avatar/48`,
    "24x24": `${api}/avatar/24`,
    "16x16": `${api}/avatar/16`,
    "32x32": `${api}/avatar/32`,
  };
  return isCloud
    ? {
        self: `${api}/user?accountId=${person?.accountId ?? "unknown"}`,
        accountId: person?.accountId ?? "unknown",
        accountType: "atlassian",
        displayName,
        avatarUrls,
        active: true,
        timeZone: "Etc/UTC",
      }
    : {
        self: `${api}/user?username=${name}`,
        key: `JIRAUSER${name}`,
        name,
        emailAddress: person?.email ?? `${name}@example.com`,
        displayName,
        avatarUrls,
        active: true,
        timeZone: "Etc/UTC",
      };
}

export function renderComment(note: JiraNote, issue: JiraStored, state: JiraState, face: JiraFace): object {
  const author = renderPerson(note.author, state, face);
  return {
    self: `${face.api}/issue/${issue.id}/comment/${note.id}`,
    id: note.id,
    author,
    body: note.body,
    updateAuthor: author,
    created: stamp(note.created),
    updated: stamp(note.updated),
    ...(face.isCloud ? { jsdPublic: true } : {}),
  };
}

/** Within an issue's fields Cloud shows 20 comments, however many there are. */
const SHOWN = 20;

/** An issue with the fields that were asked for. */
export function renderIssue(
  issue: JiraStored,
  state: JiraState,
  face: JiraFace,
  asked: readonly string[],
): object {
  const { api, isCloud } = face;
  const type = TYPES.find(({ name }) => name === issue.type)!;
  const priority = PRIORITIES.indexOf(issue.priority as never) + 1;
  const shown = isCloud ? issue.comments.slice(0, SHOWN) : issue.comments;
  const fields: Record<string, unknown> = {
    summary: issue.summary,
    description: issue.description,
    status: renderStatus(issue.status, face),
    issuetype: { self: `${api}/issuetype/${type.id}`, description: "", iconUrl: `${api}/icon`, ...type },
    priority: issue.priority && {
      self: `${api}/priority/${priority}`,
      iconUrl: `${api}/icon`,
      name: issue.priority,
      id: String(priority),
    },
    labels: issue.labels,
    assignee: issue.assignee && renderPerson(issue.assignee, state, face),
    reporter: renderPerson(issue.reporter, state, face),
    created: stamp(issue.created),
    updated: stamp(issue.updated),
    resolutiondate: issue.resolved && stamp(issue.resolved),
    issuelinks: renderTies(issue, state, face),
    subtasks: [],
    comment: {
      comments: shown.map((note) => renderComment(note, issue, state, face)),
      self: `${api}/issue/${issue.id}/comment`,
      maxResults: shown.length,
      total: issue.comments.length,
      startAt: 0,
    },
  };
  const chosen = Object.entries(fields).filter(([name]) => asked.includes(name) || asked.includes("*all"));
  const isBare = asked.every((name) => name === "id" || name === "key");
  return {
    expand: "operations,versionedRepresentations,editmeta,changelog",
    id: issue.id,
    self: `${api}/issue/${issue.id}`,
    key: issue.key,
    ...(isBare ? {} : { fields: Object.fromEntries(chosen) }),
  };
}

function renderTies(issue: JiraStored, state: JiraState, face: JiraFace): object[] {
  return state.ties.flatMap((tie) => {
    const isFrom = tie.from === issue.id;
    if (!isFrom && tie.to !== issue.id) return [];
    const other = state.issues.get(isFrom ? tie.to : tie.from);
    if (!other) return [];
    const neighbour = {
      id: other.id,
      key: other.key,
      self: `${face.api}/issue/${other.id}`,
      fields: { summary: other.summary, status: renderStatus(other.status, face) },
    };
    const { name, ...type } = TIES.find((each) => each.name === tie.type)!;
    return [
      {
        id: tie.id,
        self: `${face.api}/issueLink/${tie.id}`,
        type: { name, ...type, self: `${face.api}/issueLinkType/${type.id}` },
        ...(isFrom ? { outwardIssue: neighbour } : { inwardIssue: neighbour }),
      },
    ];
  });
}
