import { readAs } from "../read-as.ts";
import { fieldRefused, unexpected } from "../refusals.ts";
import type { GitLabContext } from "./read.ts";
import { usersSchema } from "./schema.ts";

/** The id of a user, which is how GitLab wants an assignee. @throws field_refused when nobody is called so */
export async function userId(lab: GitLabContext, name: string, signal?: AbortSignal): Promise<number> {
  const username = name.replace(/^@/, "");
  const about = `user ${username}`;
  const answer = await lab.client.ask({ about, signal }, ({ users }) =>
    users.all({ username, perPage: 1, maxPages: 1 }),
  );
  if (answer.status >= 300) throw unexpected(lab.name, about, answer);
  const [user] = readAs(usersSchema, answer.data, { tracker: lab.name, about });
  if (!user) throw fieldRefused(lab.name, "assignee", `nobody there is called "${username}"`);
  return user.id;
}
