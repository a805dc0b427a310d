import { isPreloopError } from "#base";
import type { LinkKind } from "#model";
import type { WantedLink } from "../bind-tracker.ts";
import { linkText } from "../link-text.ts";
import { findPlace, type ProjectPlace } from "../project-keys.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import { postComment } from "./comment.ts";
import type { GitLabContext } from "./read.ts";

type LinkType = "relates_to" | "blocks" | "is_blocked_by";

const TYPES: Readonly<Partial<Record<LinkKind, LinkType>>> = {
  relates: "relates_to",
  duplicates: "relates_to",
  duplicated_by: "relates_to",
  blocks: "blocks",
  blocked_by: "is_blocked_by",
};

/**
 * Links two issues of this GitLab. A comment says what a link cannot: duplicates, parents and children, an issue
 * somewhere else, and what a GitLab without the paid kinds of links refuses.
 */
export async function postLink(
  lab: GitLabContext,
  key: string,
  { kind, target }: WantedLink,
  signal?: AbortSignal,
): Promise<void> {
  const place = findPlace(lab, key);
  const other = lab.keys.place(target);
  const type = TYPES[kind];
  const isLinked = other && type ? await link(lab, place, { other, type }, signal) : false;
  const isWhole = isLinked && kind !== "duplicates" && kind !== "duplicated_by";
  if (!isWhole) await postComment(lab, key, linkText(kind, target), signal);
}

/** False when this GitLab has no such links. */
async function link(
  lab: GitLabContext,
  place: ProjectPlace,
  { other, type }: { readonly other: ProjectPlace; readonly type: LinkType },
  signal?: AbortSignal,
): Promise<boolean> {
  const about = `a link from ${place.key} to ${other.key}`;
  try {
    // A second delivery of the same link is a 409.
    const answer = await lab.client.ask({ about, signal, isRepeatable: true }, ({ links }) =>
      links.create(place.project, place.number, other.project, other.number, { linkType: type }),
    );
    if (answer.status === 404) throw issueUnknown(lab.name, `${place.key} or ${other.key}`);
    if (answer.status >= 300 && answer.status !== 409) throw unexpected(lab.name, about, answer);
    return true;
  } catch (error) {
    if (isPreloopError(error, "tracker_refused") && error.data.status === 403) return false;
    throw error;
  }
}
