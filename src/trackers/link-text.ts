import type { LinkKind } from "#model";

const WORDS: Readonly<Record<LinkKind, string>> = {
  duplicates: "Duplicate of",
  duplicated_by: "Duplicated by",
  blocks: "Blocks",
  blocked_by: "Blocked by",
  relates: "Related to",
  parent: "Part of",
  child: "Has the part",
};

/** A relation as a comment says it, where a tracker has no link of the kind. GitHub and GitLab read the first one. */
export function linkText(kind: LinkKind, target: string): string {
  return `${WORDS[kind]} ${target}`;
}
