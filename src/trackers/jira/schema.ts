import * as z from "zod";

const date = z.string().transform((text, context) => {
  // Jira writes +0000 without a colon, which Date takes.
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: "custom", message: "is no date" });
  return z.NEVER;
});

/** A person: Cloud knows an accountId, Data Center a name. */
export const userSchema = z.object({
  accountId: z.string().nullish(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish(),
  active: z.boolean().nullish(),
});
/** User of a Jira. */
export type JiraUser = z.output<typeof userSchema>;

const named = z.object({ name: z.string() });
const statusSchema = z.object({
  name: z.string(),
  statusCategory: z.object({ key: z.string() }).nullish(),
});
/** Status of a workflow, with its category. */
export type JiraStatus = z.output<typeof statusSchema>;

const neighbour = z.object({ id: z.string().nullish(), key: z.string() });

const linkSchema = z.object({
  type: z.object({ name: z.string(), inward: z.string().nullish(), outward: z.string().nullish() }),
  inwardIssue: neighbour.nullish(),
  outwardIssue: neighbour.nullish(),
});
/** Link from an issue, which names one of its ends. */
export type JiraLink = z.output<typeof linkSchema>;

export const commentSchema = z.object({
  id: z.string(),
  author: userSchema.nullish(),
  body: z.unknown(),
  created: date,
  updated: date,
});
/** Comment of an issue. */
export type JiraComment = z.output<typeof commentSchema>;

/** A page of comments; within an issue's fields Cloud shows 20 at most. */
export const commentsSchema = z.object({ comments: z.array(commentSchema), total: z.number().nullish() });

/** The fields that are asked for by name, since Cloud's search gives none unasked. */
export const FIELDS = [
  "summary",
  "description",
  "status",
  "issuetype",
  "priority",
  "labels",
  "assignee",
  "reporter",
  "created",
  "updated",
  "resolutiondate",
  "issuelinks",
  "parent",
  "subtasks",
  "comment",
] as const;

export const issueSchema = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({
    summary: z.string(),
    description: z.unknown(),
    status: statusSchema,
    issuetype: named.nullish(),
    priority: named.nullish(),
    labels: z.array(z.string()).nullish(),
    assignee: userSchema.nullish(),
    reporter: userSchema.nullish(),
    created: date,
    updated: date,
    resolutiondate: date.nullish(),
    issuelinks: z.array(linkSchema).nullish(),
    parent: neighbour.nullish(),
    subtasks: z.array(neighbour).nullish(),
    comment: commentsSchema.nullish(),
  }),
});
/** Issue as Jira answers it: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ */
export type JiraIssue = z.output<typeof issueSchema>;

/** A page of a search: Cloud names the next one by a token, Data Center counts. */
export const searchSchema = z.object({
  issues: z.array(issueSchema),
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
  startAt: z.number().nullish(),
  total: z.number().nullish(),
});

export const idsSchema = searchSchema.extend({ issues: z.array(z.object({ id: z.string() })) });

const valueSchema = z.object({ id: z.string().nullish(), name: z.string().nullish() });

/** A field as a screen has it. */
export const fieldSchema = z.object({
  fieldId: z.string().nullish(),
  key: z.string().nullish(),
  required: z.boolean().nullish(),
  allowedValues: z.array(valueSchema).nullish(),
});
/** Field of a screen, with the values it takes. */
export type JiraField = z.output<typeof fieldSchema>;

export const transitionsSchema = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: statusSchema,
      fields: z.record(z.string(), fieldSchema).nullish(),
    }),
  ),
});
/** Transition of a workflow: a step to another status. */
export type JiraTransition = z.output<typeof transitionsSchema>["transitions"][number];

const issueType = z.object({ id: z.string(), name: z.string(), subtask: z.boolean().nullish() });
/** Cloud says `issueTypes` and `fields` where Data Center says `values`. */
export const issueTypesSchema = z.object({
  issueTypes: z.array(issueType).nullish(),
  values: z.array(issueType).nullish(),
});
export const createFieldsSchema = z.object({
  fields: z.array(fieldSchema).nullish(),
  values: z.array(fieldSchema).nullish(),
});
export const editFieldsSchema = z.object({ fields: z.record(z.string(), fieldSchema) });
export const linkTypesSchema = z.object({ issueLinkTypes: z.array(linkSchema.shape.type) });
export const createdSchema = z.object({ id: z.string(), key: z.string() });
