import { type JiraState, type JiraStored, PRIORITIES, TYPES } from "./jira-state.ts";

/** A write that Jira does not take: its 400, by field. */
export class JiraInvalid extends Error {
  readonly errors: Readonly<Record<string, string>>;
  constructor(errors: Readonly<Record<string, string>>) {
    super(JSON.stringify(errors));
    this.errors = errors;
  }
}

interface Fields {
  readonly project?: { readonly key: string };
  readonly issuetype?: { readonly id: string };
  readonly summary?: string;
  readonly description?: unknown;
  readonly labels?: readonly string[];
  readonly priority?: { readonly id: string } | null;
  readonly assignee?: { readonly accountId?: string; readonly name?: string } | null;
}

const KNOWN = ["project", "issuetype", "summary", "description", "labels", "priority", "assignee"];
const LONGEST = 32_767;

export function createIssue(
  body: Record<string, unknown>,
  {
    state,
    face,
    me,
  }: { readonly state: JiraState; readonly face: { readonly isCloud: boolean }; readonly me: string },
): JiraStored {
  const fields = body.fields as Fields;
  if (!fields.project || !state.projects.has(fields.project.key.toUpperCase()))
    throw new JiraInvalid({ project: "valid project is required" });
  const type = TYPES.find(({ id }) => id === fields.issuetype?.id);
  if (!type) throw new JiraInvalid({ issuetype: "Specify a valid issue type" });
  const change = readFields(fields, state, face.isCloud);
  if (!change.summary) throw new JiraInvalid({ summary: "You must specify a summary of the issue." });
  const issue = state.addIssue(fields.project.key.toUpperCase(), { title: change.summary, author: me });
  state.edit(issue.key, { ...change, type: type.name, updated: issue.created });
  return issue;
}

export function editIssue(
  issue: JiraStored,
  body: Record<string, unknown>,
  { state, isCloud }: { readonly state: JiraState; readonly isCloud: boolean },
): void {
  state.edit(issue.key, readFields(body.fields as Fields, state, isCloud));
}

type Change = Parameters<JiraState["edit"]>[1];

function readFields(fields: Fields, state: JiraState, isCloud: boolean): Change {
  const stranger = Object.keys(fields).find((name) => !KNOWN.includes(name));
  if (stranger)
    throw new JiraInvalid({
      [stranger]: `Field '${stranger}' cannot be set. It is not on the appropriate screen, or unknown.`,
    });
  const { summary, description, labels, priority, assignee } = fields;
  if (summary !== undefined && (summary.trim() === "" || summary.length > 255 || summary.includes("\n")))
    throw new JiraInvalid({ summary: "Summary must be one line of at most 255 characters." });
  if (
    JSON.stringify(description ?? "").length > LONGEST * 4 ||
    (typeof description === "string" && description.length > LONGEST)
  )
    throw new JiraInvalid({
      description: `The entered text is too long. It exceeds the allowed limit of ${LONGEST} characters.`,
    });
  if (description && (typeof description === "string") === isCloud)
    throw new JiraInvalid({
      description: isCloud
        ? "Operation value must be an Atlassian Document"
        : "Operation value must be a string",
    });
  if (labels?.some((label) => /\s/.test(label)))
    throw new JiraInvalid({ labels: "The label can't contain spaces." });
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(priority === undefined ? {} : { priority: priority && PRIORITIES[Number(priority.id) - 1]! }),
    ...(assignee === undefined ? {} : { assignee: assignee && nameOf(assignee, state, isCloud) }),
  };
}

function nameOf(assignee: { accountId?: string; name?: string }, state: JiraState, isCloud: boolean): string {
  const person = state.people.find((each) =>
    isCloud ? each.accountId === assignee.accountId : each.name === assignee.name,
  );
  if (!person) throw new JiraInvalid({ assignee: "The user does not exist." });
  return person.name;
}
