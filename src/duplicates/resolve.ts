import type { IssueRow } from "#store";
import type { DuplicatePair, Resolution } from "./types.ts";

/**
 * One step of a resolution, for whoever may carry it out: a call of a tool of ours, or of a tracker. Each changes what
 * others see, and so goes through policy and approval like any call.
 */
export type ResolutionCall =
  | { readonly kind: "tool"; readonly tool: "update_issue"; readonly arguments: UpdateArguments }
  | {
      readonly kind: "link";
      readonly tracker: string;
      /** The issue that gets the link. */
      readonly key: string;
      readonly link: "duplicates";
      /** A key of the same tracker, or a URL where the other issue lives elsewhere. */
      readonly target: string;
    };

interface UpdateArguments {
  /** `tracker:key`. */
  readonly issue: string;
  readonly status?: string;
  readonly description?: string;
}

/** The steps of a resolution in their order; dismissing takes none, it is only written down here. */
export function resolutionCalls({ older, newer }: DuplicatePair, resolution: Resolution): ResolutionCall[] {
  switch (resolution) {
    case "dismiss":
      return [];
    case "link":
      return [linkOf(newer, older)];
    case "close":
      return [linkOf(newer, older), ...closing(newer)];
    case "merge":
      // The text is safe at its new place before the old one is closed.
      return [merging(older, newer), linkOf(newer, older), ...closing(newer)];
  }
}

function linkOf(from: IssueRow, to: IssueRow): ResolutionCall {
  const target = from.tracker === to.tracker ? to.key : to.url;
  return { kind: "link", tracker: from.tracker, key: from.key, link: "duplicates", target };
}

function closing(issue: IssueRow): ResolutionCall[] {
  if (issue.state === "closed") return [];
  return [{ kind: "tool", tool: "update_issue", arguments: { issue: nameOf(issue), status: "closed" } }];
}

function merging(into: IssueRow, from: IssueRow): ResolutionCall {
  const source = into.tracker === from.tracker ? from.key : from.url;
  const added = [`**From ${source}: ${oneLine(from.title)}**`, "", quoted(from.body)].join("\n");
  const description = into.body === "" ? added : `${into.body.trimEnd()}\n\n---\n\n${added}`;
  return { kind: "tool", tool: "update_issue", arguments: { issue: nameOf(into), description } };
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
