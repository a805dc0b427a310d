import { type Json, type JsonObject, visibleLines } from "#base";
import type { Assessment, CriterionResult, CriterionVerdict, Improvement } from "#compliance";
import { shown } from "#views";

// Symbol and word, so that nothing hangs on a colour.
const SIGNS: Readonly<Record<CriterionVerdict, string>> = {
  pass: "+ pass",
  part: "~ part",
  fail: "x fail",
  not_applicable: "  n/a ",
  not_assessed: "? open",
};

/** An assessment, a line for each criterion, with what it rests on and what to do beneath. */
export function assessmentLines(found: Assessment, { all }: { readonly all: boolean }): string[] {
  const { title, direction, kind, basis, model, notes, criteria } = found;
  const way = direction === "higher_is_better" ? "higher is better" : "higher is riskier";
  const by = basis === "model" ? `rules and ${shown(model ?? "a model")}` : "rules alone";
  const listed = criteria.filter(({ verdict }) => all || verdict !== "not_applicable");
  const width = Math.max(0, ...listed.map((one) => one.title.length));
  return [
    `${shown(title)} ${scoreText(found)} (${way}), as a ${kind}, by ${by}`,
    ...notes.map((note) => `  note: ${shown(note)}`),
    ...listed.flatMap((one) => criterionLines(one, width)),
  ];
}

/** A score as people read it. */
export function scoreText({ score }: Pick<Assessment, "score">): string {
  return score === null ? "not assessed" : score.toFixed(2);
}

const INDENT = " ".repeat(10);

function criterionLines(one: CriterionResult, width: number): string[] {
  const { title, verdict, basis, reason, evidence, suggestion, advice } = one;
  const by = basis === "model" ? " (model)" : "";
  return [
    `  ${SIGNS[verdict]}  ${shown(title).padEnd(width)}  ${shown(reason)}${by}`,
    ...(evidence ? [`${INDENT}“${shown(evidence.text)}”`] : []),
    ...(suggestion === undefined ? [] : [`${INDENT}→ ${shown(suggestion)}`]),
    ...(advice === undefined ? [] : [`${INDENT}the model sees it otherwise: ${shown(advice)}`]),
  ];
}

/** A better version: the diff, and what only people can answer. */
export function improvementLines({ diff, questions, before, after, notes }: Improvement): string[] {
  const known = new Set(before.notes);
  return [
    "",
    diff === ""
      ? "Nothing to set without its author."
      : `By rules ${scoreText(before)} before, ${scoreText(after)} after:`,
    ...(diff === "" ? [] : visibleLines(diff).lines),
    ...notes.filter((note) => !known.has(note)).map((note) => `note: ${shown(note)}`),
    ...(questions.length > 0
      ? ["To be answered by people:", ...questions.map((text) => `  - ${shown(text)}`)]
      : []),
  ];
}

/** An assessment as JSON. */
export function assessmentView(found: Assessment): JsonObject {
  return JSON.parse(JSON.stringify(found)) as JsonObject;
}

/** An improvement as JSON; scores in place of whole assessments. */
export function improvementView({ before, after, ...rest }: Improvement): JsonObject {
  const view = JSON.parse(JSON.stringify(rest)) as Record<string, Json>;
  return { ...view, score_before: before.score, score_after: after.score };
}
