import { formatDuration, makeVisible } from "#base";
import { isOutOfReach, type Panel, panelsOf, type ToolCall, type Workflow } from "#model";
import type { Explanation, ExplanationStep, PolicyFinding } from "#policy";
import { locationLines } from "./location-lines.ts";

/** What a check found, for people. */
export function findingLines(findings: readonly PolicyFinding[], rules: number): string[] {
  const lines = findings.flatMap(({ level, rule, message, where }) =>
    `${where === undefined ? "" : `${where} `}${level}: ${message.startsWith("rule ") ? "" : `rule "${rule}": `}${message}`
      .split("\n")
      .map((line) => makeVisible(line).text),
  );
  const errors = findings.filter(({ level }) => level === "error").length;
  const counts = `${count(rules, "rule")}, ${count(errors, "error")}, ${count(findings.length - errors, "warning")}`;
  return [...lines, counts];
}

/** What each rule said of a call, for people. */
export function explanationLines(call: ToolCall, explanation: Explanation, known: boolean): string[] {
  const { steps, decision, workflow } = explanation;
  const width = Math.max(4, ...steps.map(({ rule }) => makeVisible(rule).text.length));
  const rows = steps.map((step) => row(step, width));
  const strange = known || call.name === call.tool ? [] : [`No server "${call.server}" is configured.`];
  const why = decision.reason === undefined ? [] : [`  because ${decision.reason}`];
  const lines = [
    ...strange,
    ...rows,
    `→ ${decision.action}, by ${decision.rule}; risk ${decision.risk}`,
    ...why,
    ...locationLines(call.args),
  ];
  for (const { rule, action } of decision.observed ?? [])
    lines.push(`  rule ${rule}, if it did not only observe: ${action}`);
  if (workflow) lines.push(...asks(workflow));
  if (decision.justification) lines.push(`  the agent's reason is ${decision.justification}`);
  return lines.map((line) => makeVisible(line).text);
}

function row({ rule, action, said, when, fault, mode }: ExplanationStep, width: number): string {
  const detail =
    fault === undefined ? (when === undefined || said === "other tool" ? "" : `  ${when}`) : `: ${fault}`;
  const name = makeVisible(rule).text;
  return `  ${name}${" ".repeat(Math.max(0, Math.min(30, width) - name.length))}  ${action.padEnd(5)}  ${said}${mode === "observe" ? " (only observes)" : ""}${detail}`;
}

// Where several workflows ask, each has a line, as each must say yes.
function asks(workflow: Workflow): string[] {
  const panels = panelsOf(workflow);
  return [
    ...panels.map((panel, at) => `  ${at === 0 ? "asks" : "and also"} ${asksOf(panel, workflow.timeoutMs)}`),
    ...panels
      .filter(isOutOfReach)
      .map(({ name }) => `  nobody could approve it: too few people of workflow ${name} may decide in time`),
  ];
}

function asksOf({ name, approvers, quorum, escalate }: Panel, timeoutMs: number): string {
  const who = approvers.length > 0 ? approvers.join(", ") : "whoever can decide";
  const many = quorum > 1 ? `, ${quorum} of them` : "";
  const then = escalate
    ? `, and after ${formatDuration(escalate.afterMs)} also ${escalate.to.join(", ")}`
    : "";
  return `${who}${many}, for ${formatDuration(timeoutMs)}${then} (workflow ${name})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
