import type { IssueRow } from "#store";
import type { DuplicatePair, Resolution } from "./types.ts";

/** Arguments of one call of `update_issue`: each changes what others see, and so goes through policy and approval. */
export interface UpdateArguments {
  /** `tracker:key`. */
  readonly issue: string;
  readonly duplicate_of?: string;
  readonly status?: "closed";
  readonly description?: string;
}

/** The calls of a resolution in their order; dismissing takes none, it is only written down here. */
export function resolutionCalls(
  { older, newer }: Pick<DuplicatePair, "older" | "newer">,
  resolution: Resolution,
): UpdateArguments[] {
  const link = { issue: nameOf(newer), duplicate_of: nameOf(older) };
  const close = newer.state === "closed" ? link : { ...link, status: "closed" as const };
  switch (resolution) {
    case "dismiss":
      return [];
    case "link":
      return [link];
    case "close":
      return [close];
    case "merge":
      // The text is safe at its new place before the old one is closed.
      return [merging(older, newer), close];
  }
}

function merging(into: IssueRow, from: IssueRow): UpdateArguments {
  const source = into.tracker === from.tracker ? from.key : from.url;
  const added = [`**From ${source}: ${oneLine(from.title)}**`, "", quoted(from.body)].join("\n");
  const description = into.body === "" ? added : `${into.body.trimEnd()}\n\n---\n\n${added}`;
  return { issue: nameOf(into), description };
}

const nameOf = ({ tracker, key }: IssueRow) => `${tracker}:${key}`;

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

// Quoted, so that headings, checklists and lists of the one do not run into those of the other.
function quoted(body: string): string {
  const text = body.trim();
  return (text === "" ? "(no description)" : text)
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}
