import * as z from "zod";

const date = z.coerce.date();
const user = z.object({ id: z.number(), username: z.string(), name: z.string().nullish() });

/** What is read of an issue. */
export const issueSchema = z.object({
  id: z.number(),
  iid: z.number(),
  project_id: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  assignees: z.array(user).nullish(),
  author: user.nullish(),
  issue_type: z.string().nullish(),
  user_notes_count: z.number(),
  created_at: date,
  updated_at: date,
  closed_at: date.nullish(),
  web_url: z.string(),
  references: z.object({ full: z.string() }).nullish(),
  moved_to_id: z.number().nullish(),
  _links: z.object({ closed_as_duplicate_of: z.string().nullish() }).nullish(),
});
/** Issue as GitLab answers it: https://docs.gitlab.com/api/issues/ */
export type GitLabIssue = z.output<typeof issueSchema>;

export const linkedSchema = issueSchema.extend({ link_type: z.string() });
/** Issue as the other end of a link: https://docs.gitlab.com/api/issue_links/ */
export type LinkedIssue = z.output<typeof linkedSchema>;

export const noteSchema = z.object({
  id: z.number(),
  body: z.string(),
  author: user.nullish(),
  system: z.boolean(),
  created_at: date,
  updated_at: date,
});
/** Comment, or a remark of GitLab's own: https://docs.gitlab.com/api/notes/ */
export type GitLabNote = z.output<typeof noteSchema>;

export const usersSchema = z.array(user);
