import * as z from "zod";

const date = z.coerce.date();
const user = z.object({ login: z.string() }).nullish();

/** What is read of an issue; pull requests come in the same shape. */
export const issueSchema = z.object({
  id: z.number(),
  number: z.number(),
  html_url: z.string(),
  repository_url: z.string(),
  parent_issue_url: z.string().nullish(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  state_reason: z.string().nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  assignee: user,
  user,
  type: z.object({ name: z.string() }).nullish(),
  comments: z.number(),
  created_at: date,
  updated_at: date,
  closed_at: date.nullish(),
  pull_request: z.unknown().optional(),
});
/** Issue or pull request as GitHub answers it: https://docs.github.com/en/rest/issues/issues */
export type GitHubIssue = z.output<typeof issueSchema>;

export const commentSchema = z.object({
  id: z.number(),
  html_url: z.string(),
  issue_url: z.string(),
  body: z.string().nullish(),
  user,
  created_at: date,
  updated_at: date,
});
/** Comment as GitHub answers it: https://docs.github.com/en/rest/issues/comments */
export type GitHubComment = z.output<typeof commentSchema>;
