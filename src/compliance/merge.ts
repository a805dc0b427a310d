import { evidenceAt, placeOfQuote } from "./evidence.ts";
import type { Judgement } from "./judge.ts";
import type { ParsedIssue } from "./text/parse-issue.ts";
import type { Criterion, CriterionResult, CriterionVerdict, Direction } from "./types.ts";

const VALUE: Partial<Record<CriterionVerdict, number>> = { pass: 1, part: 0.5, fail: 0 };

/** What a verdict counts; undefined when it does not. */
export function worthOf(verdict: CriterionVerdict): number | undefined {
  return VALUE[verdict];
}

interface Merging {
  readonly issue: ParsedIssue;
  readonly criterion: Criterion;
  readonly direction: Direction;
}

/**
 * A rule's result with a model's word on it. A model counts for what it finds in the text, in words that stand there:
 * steps that no rule recognised, a risk that no cue word named. What it does not find takes nothing away from what a
 * rule found; it is kept as advice. Where there is no rule the model's word stands alone.
 */
export function merge(
  ruled: CriterionResult,
  judgement: Judgement | undefined,
  { issue, criterion, direction }: Merging,
): CriterionResult {
  if (!judgement) return ruled;
  const place = placeOfQuote(issue, judgement.quote);
  const said: CriterionResult = {
    id: ruled.id,
    title: ruled.title,
    verdict: judgement.verdict,
    weight: ruled.weight,
    basis: "model",
    reason: judgement.reason || "It gave no reason.",
    ...(place && { evidence: evidenceAt(issue, place) }),
    ...(judgement.verdict !== "pass" && ruled.suggestion !== undefined && { suggestion: ruled.suggestion }),
  };
  if (criterion.check === undefined) {
    if (place || judgement.quote.trim() === "") return said;
    return { ...ruled, basis: "model", reason: "The model quoted words that are not in the text." };
  }
  const before = worthOf(ruled.verdict);
  const after = worthOf(judgement.verdict)!;
  const isFind = direction === "higher_is_better" ? after > 0 : after < 1;
  const finds = direction === "higher_is_better" ? after > (before ?? -1) : after < (before ?? 2);
  if (place && isFind && finds && ruled.verdict !== "not_applicable") return said;
  if (before === after || before === undefined) return ruled;
  return { ...ruled, advice: judgement.reason };
}
