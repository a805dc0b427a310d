import type { IssueComment } from "#model";
import { readAs } from "../read-as.ts";
import { issueUnknown, readCreated } from "../refusals.ts";
import type { JiraContext } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { commentSchema } from "./schema.ts";
import { toComment } from "./to-issue.ts";

/** Adds a comment, sending it once. */
export async function postComment(
  site: JiraContext,
  key: string,
  body: string,
  signal?: AbortSignal,
): Promise<IssueComment> {
  const read = site.keys.read(key);
  if (read === undefined) throw issueUnknown(site.name, key);
  const about = `a new comment on ${read}`;
  const answer = await site.client.ask({
    about,
    signal,
    method: "POST",
    path: `issue/${read}/comment`,
    body: { body: site.deployment.writeText(body) },
  });
  refuseInvalid(site, about, read, answer);
  const comment = readCreated(site.name, about, () =>
    readAs(commentSchema, answer.data, { tracker: site.name, about }),
  );
  return toComment(comment, site.deployment);
}
