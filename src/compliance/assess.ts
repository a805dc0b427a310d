import { isPreloopError, messageOf } from "#base";
import type { LanguageModel } from "#model";
import type { Query } from "#store";
import { CHECKS, GATE } from "./checks/checks.ts";
import { type CheckFinding, notApplicable, notAssessed } from "./checks/finding.ts";
import { maskSecrets } from "./checks/hygiene.ts";
import { patternCheck } from "./checks/pattern.ts";
import { evidenceAt } from "./evidence.ts";
import { loadIssueContext } from "./issue-context.ts";
import { type Judgement, judge } from "./judge.ts";
import { merge, worthOf } from "./merge.ts";
import { type ParsedIssue, parseIssue } from "./text/parse-issue.ts";
import type { AssessedIssue, Assessment, Criterion, CriterionResult, Metric } from "./types.ts";

/** Options of an assessment: without a model and a store, the rules alone look at the text alone. */
export interface AssessOptions {
  /** Judges what rules cannot; without it the rules stand alone, and the result says so. */
  readonly model?: LanguageModel | undefined;
  /** Where other issues are looked up, and where a model's answers are kept. */
  readonly store?: Query | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores an issue by a metric. Rules come first and always; a model adds to them. A model that fails leaves the rules'
 * result, with a note. The same input gives the same output. @throws request_cancelled, store_unavailable
 */
export async function assess(
  issue: AssessedIssue,
  metric: Metric,
  { model, store, signal }: AssessOptions = {},
): Promise<Assessment> {
  const read = parseIssue(issue, store ? await loadIssueContext(store, issue) : {});
  const ruled = assessByRules(read, metric);
  if (!model) return ruled;
  try {
    const judgements = await judge(read, metric, { model, store, signal });
    return judgements.size === 0 ? ruled : withJudgements(ruled, judgements, { read, metric, model });
  } catch (error) {
    if (!isPreloopError(error, "model_failed")) throw error;
    return { ...ruled, notes: [...ruled.notes, `${messageOf(error)}; rules alone were used`] };
  }
}

/** The rules alone, at once. */
export function assessByRules(issue: ParsedIssue, metric: Metric): Assessment {
  const criteria = metric.criteria.map((criterion) => ruleOn(issue, criterion));
  return {
    metric: metric.name,
    title: metric.title,
    version: metric.version,
    kind: issue.kind,
    score: scoreOf(criteria, metric),
    direction: metric.direction,
    basis: "rules",
    notes: issue.isEnglish
      ? []
      : ["The text is not in English; what only English rules can tell was not assessed."],
    criteria,
  };
}

function ruleOn(issue: ParsedIssue, criterion: Criterion): CriterionResult {
  const { id, title, weight } = criterion;
  const { verdict, reason, at, suggestion } = findingOf(issue, criterion);
  const advice = verdict === "part" || verdict === "fail" ? (criterion.suggestion ?? suggestion) : undefined;
  return {
    id,
    title,
    verdict,
    weight,
    basis: "rules",
    // Some reasons name headings or words of the text.
    reason: maskSecrets(reason),
    ...(at && { evidence: evidenceAt(issue, at) }),
    ...(advice !== undefined && { suggestion: maskSecrets(advice) }),
  };
}

function findingOf(issue: ParsedIssue, { kinds, check }: Criterion): CheckFinding {
  if (kinds && !kinds.includes(issue.kind)) return notApplicable(`It is for ${kinds.join(" and ")}.`);
  if (check === undefined) return notAssessed("Only a model can judge this.");
  return (typeof check === "string" ? CHECKS[check] : patternCheck(check))(issue);
}

/** The weighted mean of what was assessed. A secret makes any issue as bad as can be. */
function scoreOf(results: readonly CriterionResult[], { direction, criteria }: Metric): number | null {
  let sum = 0;
  let weights = 0;
  for (const [at, { verdict, weight }] of results.entries()) {
    const value = worthOf(verdict);
    const isGate = criteria[at]!.check === GATE;
    if (isGate && value === 0) return direction === "higher_is_better" ? 0 : 1;
    if (isGate || value === undefined) continue;
    sum += weight * value;
    weights += weight;
  }
  if (weights === 0) return null;
  const score = direction === "higher_is_better" ? sum / weights : 1 - sum / weights;
  return Math.round(score * 1_000) / 1_000;
}

interface Judged {
  readonly read: ParsedIssue;
  readonly metric: Metric;
  readonly model: LanguageModel;
}

function withJudgements(
  ruled: Assessment,
  judgements: ReadonlyMap<string, Judgement>,
  { read, metric, model }: Judged,
): Assessment {
  const criteria = ruled.criteria.map((result, at) =>
    merge(result, judgements.get(result.id), {
      issue: read,
      criterion: metric.criteria[at]!,
      direction: metric.direction,
    }),
  );
  return { ...ruled, basis: "model", model: model.id, score: scoreOf(criteria, metric), criteria };
}
