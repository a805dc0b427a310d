import type { IssueDraft, OwnCall, OwnResult } from "#model";
import type { Input, Output, ShownHit } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { findProject } from "./find-tracker.ts";
import { keepIssue } from "./keep.ts";
import type { Seen } from "./seen.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { similarTo } from "./similar.ts";

/**
 * `create_issue`: looks for issues that say the same, and creates one only where there are none or the call insists.
 * Sent once: where the answer is lost, the next call finds what was created. @throws field_refused by name
 */
export async function createIssue(
  input: Input<"create_issue">,
  desk: Desk,
  { call, seen }: { readonly call: OwnCall; readonly seen: Seen },
): Promise<OwnResult> {
  const existing = await checkCreate(input, desk, call);
  if (existing) return existing;
  const { tracker, project } = findProject(input.project, await desk.trackers());
  const issue = await tracker.createIssue(draftOf(input, project), call.signal);
  seen.note(issue);
  await keepIssue(issue, [], desk);
  const shown = showIssue(issue);
  const output: Output<"create_issue"> = { created: true, issue: shown };
  return result(output, `Created ${issue.key}.\n\n${issueText(shown)}`);
}

/** The issues that may be the same as the one to be created, as an answer; undefined when it can go ahead. */
export async function checkCreate(
  input: Input<"create_issue">,
  desk: Desk,
  { signal }: OwnCall,
): Promise<OwnResult | undefined> {
  findProject(input.project, await desk.trackers());
  if (input.allow_duplicate) return undefined;
  const candidates = await similarTo({ title: input.title, body: input.description }, desk, signal);
  if (candidates.length === 0) return undefined;
  const output: Output<"create_issue"> = { created: false, candidates };
  return result(
    output,
    `Not created: ${candidates.length === 1 ? "an issue" : `${candidates.length} issues`} may say the same already.\n\n` +
      `${candidates.map(candidateText).join("\n")}\n\n` +
      "Read them with get_issue. Update one of them if it is the same; else call again with allow_duplicate: true.",
  );
}

function draftOf(input: Input<"create_issue">, project: string): IssueDraft {
  const { title, description: body, labels, assignee, priority, status } = input;
  return {
    project,
    title,
    body,
    ...(labels && { labels }),
    ...(assignee !== undefined && { assignee }),
    ...(priority !== undefined && { priority }),
    ...(status !== undefined && { status }),
  };
}

function candidateText({ id, title, status, url }: ShownHit): string {
  return `- ${id} (${status}): ${title}\n  ${url}`;
}
