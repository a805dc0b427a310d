import type { IssueComment } from "#model";
import { findPlace } from "../project-keys.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, readCreated } from "../refusals.ts";
import { asPlainText } from "./quick-actions.ts";
import type { GitLabContext } from "./read.ts";
import { refuseInvalid } from "./refuse.ts";
import { noteSchema } from "./schema.ts";
import { toComment } from "./to-issue.ts";

/** Adds a comment, sending it once. */
export async function postComment(
  lab: GitLabContext,
  key: string,
  body: string,
  signal?: AbortSignal,
): Promise<IssueComment> {
  const place = findPlace(lab, key);
  const about = `a new comment on ${place.key}`;
  const answer = await lab.client.ask({ about, signal }, ({ notes }) =>
    notes.create(place.project, place.number, asPlainText(body)),
  );
  if (answer.status === 404) throw issueUnknown(lab.name, place.key);
  refuseInvalid(lab, about, answer);
  const note = readCreated(lab.name, about, () =>
    readAs(noteSchema, answer.data, { tracker: lab.name, about }),
  );
  return toComment(note);
}
