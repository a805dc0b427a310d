import type { WantedLink } from "../bind-tracker.ts";
import { linkText } from "../link-text.ts";
import { findPlace } from "../project-keys.ts";
import { postComment } from "./comment.ts";
import { fetchIssue, type GitHubContext } from "./read.ts";
import { change } from "./write.ts";

/**
 * GitHub keeps a relation as a comment. Of an issue closed already, "duplicates" becomes the reason, too; closing it is
 * for `updateIssue`.
 */
export async function postLink(
  hub: GitHubContext,
  key: string,
  link: WantedLink,
  signal?: AbortSignal,
): Promise<void> {
  const place = findPlace(hub, key);
  await postComment(hub, key, linkText(link.kind, link.target), signal);
  if (link.kind !== "duplicates") return;
  const issue = await fetchIssue(hub, key, signal);
  if (issue.state === "closed" && issue.status !== "duplicate")
    await change(hub, place, { state: "closed", state_reason: "duplicate" }, signal);
}
