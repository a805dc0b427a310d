import type { BuiltinCall, BuiltinResult, IssueDraft, PreflightScope } from "#model";
import type { Input, Output, ShownHit } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { findProject } from "./find-tracker.ts";
import { keepIssue } from "./keep.ts";
import type { Seen } from "./seen.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { similarTo } from "./similar.ts";

/**
 * `create_issue`: looks for issues that say the same, and creates one only where there are none or the call insists.
 * Sent once: where the answer is lost, the error says that the issue may exist. @throws field_refused by name
 */
export async function createIssue(
  input: Input<"create_issue">,
  desk: Desk,
  { call, seen }: { readonly call: BuiltinCall; readonly seen: Seen },
): Promise<BuiltinResult> {
  const existing = await existingFor(input, desk, call);
  if (existing) return existing;
  const { tracker, project } = findProject(input.project, await desk.trackers());
  const issue = await tracker.createIssue(draftOf(input, project), call.signal);
  seen.note(issue);
  await keepIssue(issue, [], desk);
  const shown = showIssue(issue);
  const output: Output<"create_issue"> = { created: true, issue: shown };
  return result(output, `Created ${issue.key}.\n\n${issueText(shown)}`);
}

/** What makes the call pointless is said before a person is asked about it; where the caller may search, that is. */
export async function lookAtCreate(
  input: Input<"create_issue">,
  desk: Desk,
  look: PreflightScope,
): Promise<BuiltinResult | undefined> {
  const { tracker, project } = findProject(input.project, await desk.trackers());
  await tracker.checkDraft(draftOf(input, project), look.signal);
  return look.mayRead("search", { query: input.title }) ? existingFor(input, desk, look) : undefined;
}

/** The issues that may be the same as the one to be created, as an answer; undefined when it can go ahead. */
async function existingFor(
  input: Input<"create_issue">,
  desk: Desk,
  { signal }: BuiltinCall,
): Promise<BuiltinResult | undefined> {
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
