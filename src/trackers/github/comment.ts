import type { IssueComment } from "#model";
import { findPlace } from "../project-keys.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, readCreated } from "../refusals.ts";
import { repositoryOf } from "./keys.ts";
import type { GitHubContext } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { commentSchema } from "./schema.ts";
import { toComment } from "./to-issue.ts";

/** Adds a comment, sending it once. */
export async function postComment(
  hub: GitHubContext,
  key: string,
  body: string,
  signal?: AbortSignal,
): Promise<IssueComment> {
  const place = findPlace(hub, key);
  const about = place.key;
  const answer = await hub.client.ask({ about: `a new comment on ${about}`, signal }, (octokit, request) =>
    octokit.rest.issues.createComment({ ...repositoryOf(place), issue_number: place.number, body, request }),
  );
  if (answer.status === 404 || answer.status === 410) throw issueUnknown(hub.name, about);
  refuseInvalid(hub, `a new comment on ${about}`, answer);
  const comment = readCreated(hub.name, `a new comment on ${about}`, () =>
    readAs(commentSchema, answer.data, { tracker: hub.name, about }),
  );
  return toComment(comment);
}
