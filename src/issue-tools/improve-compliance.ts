import { type Improvement, improve } from "#compliance";
import type { BuiltinCall, BuiltinResult, Issue } from "#model";
import { eachIssue, failuresText } from "./each-issue.ts";
import { directedScoreText } from "./estimate-compliance.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ToolOutput } from "./outputs.ts";
import { idOf, result } from "./shown.ts";

type Suggestion = ToolOutput<"improve_compliance">["suggested_updates"][number];

/** `improve_compliance`: for each issue, arguments ready for `update_issue`. Changes nothing. */
export async function improveComplianceTool(
  input: ToolInput<"improve_compliance">,
  services: IssueServices,
  { call, lastRead }: { readonly call: BuiltinCall; readonly lastRead: LastRead },
): Promise<BuiltinResult> {
  const metric = (await services.metrics()).find(input.compliance_metric);
  const model = await services.model(call);
  const store = await services.db();
  const { done, metadata } = await eachIssue(
    input.issues,
    async (issue) => {
      const better = await improve(issue, metric, { model, store, signal: call.signal });
      return { suggestion: suggestionOf(issue, better), text: suggestionText(issue, better) };
    },
    { services, call, lastRead },
  );
  const output: ToolOutput<"improve_compliance"> = {
    metric: metric.name,
    suggested_updates: done.map(({ suggestion }) => suggestion),
    metadata,
  };
  return result(
    output,
    [...done.map(({ text }) => text), failuresText(metadata)].filter(Boolean).join("\n\n"),
  );
}

function suggestionOf(issue: Issue, better: Improvement): Suggestion {
  return {
    arguments: { issue: idOf(issue), ...better.arguments },
    questions: [...better.questions],
    diff: better.diff,
    score_before: better.before.score,
    score_after: better.after.score,
  };
}

function suggestionText(
  issue: Issue,
  { arguments: changed, questions, diff, before, after, notes }: Improvement,
) {
  const nothing = Object.keys(changed).length === 0;
  return [
    `${idOf(issue)}: ${issue.title}`,
    nothing
      ? `Nothing to change: ${directedScoreText(before.score, before.direction)}.`
      : `From ${directedScoreText(before.score, before.direction)} to ${directedScoreText(after.score, after.direction)}. Call update_issue with these arguments, once the questions are answered:\n` +
        JSON.stringify({ issue: idOf(issue), ...changed }),
    questions.length > 0 &&
      `Questions that only people can answer:\n${questions.map((one) => `- ${one}`).join("\n")}`,
    diff && fenced(diff.trimEnd()),
    ...notes,
  ]
    .filter(Boolean)
    .join("\n");
}

// A description may hold fences of its own; a longer one ends only where we end it.
function fenced(diff: string): string {
  let fence = "```";
  while (diff.includes(fence)) fence += "`";
  return `${fence}diff\n${diff}\n${fence}`;
}
