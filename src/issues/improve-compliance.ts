import { type Improvement, improve } from "#compliance";
import type { BuiltinCall, BuiltinResult, Issue } from "#model";
import type { Input, Output } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { eachIssue, failuresText } from "./each-issue.ts";
import { scoreText } from "./estimate-compliance.ts";
import type { Seen } from "./seen.ts";
import { idOf, result } from "./shown.ts";

type Suggestion = Output<"improve_compliance">["suggested_updates"][number];

/** `improve_compliance`: for each issue, arguments ready for `update_issue`. Changes nothing. */
export async function improveCompliance(
  input: Input<"improve_compliance">,
  desk: Desk,
  { call, seen }: { readonly call: BuiltinCall; readonly seen: Seen },
): Promise<BuiltinResult> {
  const metric = (await desk.metrics()).find(input.compliance_metric);
  const model = await desk.model(call);
  const store = await desk.db();
  const { done, metadata } = await eachIssue(
    input.issues,
    async (issue) => {
      const better = await improve(issue, metric, { model, store, signal: call.signal });
      return { suggestion: suggestionOf(issue, better), text: suggestionText(issue, better) };
    },
    { desk, call, seen },
  );
  const output: Output<"improve_compliance"> = {
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
      ? `Nothing to change: ${scoreText(before.score, before.direction)}.`
      : `From ${scoreText(before.score, before.direction)} to ${scoreText(after.score, after.direction)}. Call update_issue with these arguments, once the questions are answered:\n` +
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
