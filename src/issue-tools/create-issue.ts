import type { BuiltinCall, BuiltinResult, IssueDraft, PreflightScope } from "#model";
import { findProject } from "./find-tracker.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ShownHit, ToolOutput } from "./outputs.ts";
import { issueText, result, showIssue } from "./shown.ts";
import { similarTo } from "./similar.ts";
import { storeIssue } from "./stored-issue.ts";

/**
 * `create_issue`: looks for issues that say the same, and creates one only where there are none or the call insists.
 * Sent once: where the answer is lost, the error says that the issue may exist. @throws field_refused by name
 */
export async function createIssueTool(
  input: ToolInput<"create_issue">,
  services: IssueServices,
  { call, lastRead }: { readonly call: BuiltinCall; readonly lastRead: LastRead },
): Promise<BuiltinResult> {
  const existing = await existingFor(input, services, call);
  if (existing) return existing;
  const { tracker, project } = findProject(input.project, await services.trackers());
  const issue = await tracker.createIssue(draftOf(input, project), call.signal);
  lastRead.note(issue);
  await storeIssue(issue, [], services);
  const shown = showIssue(issue);
  const output: ToolOutput<"create_issue"> = { created: true, issue: shown };
  return result(output, `Created ${issue.key}.\n\n${issueText(shown)}`);
}

/** What makes the call pointless is said before a person is asked about it; where the caller may search, that is. */
export async function preflightCreate(
  input: ToolInput<"create_issue">,
  services: IssueServices,
  scope: PreflightScope,
): Promise<BuiltinResult | undefined> {
  const { tracker, project } = findProject(input.project, await services.trackers());
  await tracker.checkDraft(draftOf(input, project), scope.signal);
  return scope.mayRead("search", { query: input.title }) ? existingFor(input, services, scope) : undefined;
}

/** The issues that may be the same as the one to be created, as an answer; undefined when it can go ahead. */
async function existingFor(
  input: ToolInput<"create_issue">,
  services: IssueServices,
  { signal }: BuiltinCall,
): Promise<BuiltinResult | undefined> {
  findProject(input.project, await services.trackers());
  if (input.allow_duplicate) return undefined;
  const candidates = await similarTo({ title: input.title, body: input.description }, services, signal);
  if (candidates.length === 0) return undefined;
  const output: ToolOutput<"create_issue"> = { created: false, candidates };
  return result(
    output,
    `Not created: ${candidates.length === 1 ? "an issue" : `${candidates.length} issues`} may say the same already.\n\n` +
      `${candidates.map(candidateText).join("\n")}\n\n` +
      "Read them with get_issue. Update one of them if it is the same; else call again with allow_duplicate: true.",
  );
}

function draftOf(input: ToolInput<"create_issue">, project: string): IssueDraft {
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
