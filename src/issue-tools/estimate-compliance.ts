import { type Assessment, assess, type CriterionResult } from "#compliance";
import type { BuiltinCall, BuiltinResult, Issue } from "#model";
import { eachIssue, failuresText } from "./each-issue.ts";
import type { ToolInput } from "./inputs.ts";
import type { IssueServices } from "./issue-services.ts";
import type { LastRead } from "./last-read.ts";
import type { ToolOutput } from "./outputs.ts";
import { idOf, result } from "./shown.ts";

type Estimate = ToolOutput<"estimate_compliance">["results"][number];

/** `estimate_compliance`: how well each issue is written by one metric, criterion by criterion. */
export async function estimateComplianceTool(
  input: ToolInput<"estimate_compliance">,
  services: IssueServices,
  { call, lastRead }: { readonly call: BuiltinCall; readonly lastRead: LastRead },
): Promise<BuiltinResult> {
  const metric = (await services.metrics()).find(input.compliance_metric);
  const model = await services.model(call);
  const store = await services.db();
  const { done, metadata } = await eachIssue(
    input.issues,
    async (issue) => estimateOf(issue, await assess(issue, metric, { model, store, signal: call.signal })),
    { services, call, lastRead },
  );
  const output: ToolOutput<"estimate_compliance"> = { metric: metric.name, results: [...done], metadata };
  const text = [...done.map((one) => estimateText(metric.title, one)), failuresText(metadata)];
  return result(output, text.filter(Boolean).join("\n\n"));
}

function estimateOf(issue: Issue, { kind, score, direction, basis, notes, criteria }: Assessment): Estimate {
  return {
    issue: idOf(issue),
    title: issue.title,
    kind,
    score,
    direction,
    basis,
    notes: [...notes],
    criteria: criteria.map(criterionOf),
  };
}

function criterionOf(found: CriterionResult): Estimate["criteria"][number] {
  const { id, title, verdict, basis, reason, evidence, suggestion } = found;
  return {
    id,
    title,
    verdict,
    basis,
    reason,
    ...(evidence && { evidence: evidence.text }),
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** A score in words that say which way it points. */
export function directedScoreText(score: number | null, direction: Estimate["direction"]): string {
  if (score === null) return "not assessed";
  return `${score.toFixed(2)} of 1 (${direction === "higher_is_better" ? "higher is better" : "higher is riskier"})`;
}

const SILENT = new Set(["not_applicable", "not_assessed"]);

function estimateText(metric: string, { issue, title, score, direction, basis, notes, criteria }: Estimate) {
  const by = basis === "model" ? "by rules and a model" : "by rules alone";
  return [
    `${issue}: ${title}`,
    `${metric}: ${directedScoreText(score, direction)}, ${by}`,
    ...criteria
      .filter(({ verdict }) => !SILENT.has(verdict))
      .map(
        ({ verdict, title: what, reason, suggestion }) =>
          `- ${verdict}: ${what}. ${reason}${suggestion ? ` → ${suggestion}` : ""}`,
      ),
    ...notes,
  ].join("\n");
}
