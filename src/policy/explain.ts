import type { Decision, ToolCall, Workflow } from "#model";
import { askAboutAlikeKeys } from "./alike-keys.ts";
import { compileRules } from "./compile.ts";
import { type EvaluationContext, evaluate } from "./evaluate.ts";
import { createFilters, HIDDEN } from "./filters.ts";
import { rulesNaming } from "./rules.ts";
import type { PolicyInput } from "./types.ts";
import { compileWorkflows } from "./workflows.ts";

/** Step of an explanation: what one rule said of a call, and why. */
export interface ExplanationStep {
  readonly rule: string;
  readonly action: string;
  /** The rule only observes. */
  readonly mode?: "observe";
  readonly said: "other tool" | "matches" | "condition is false" | "condition failed" | "not reached";
  readonly when?: string;
  readonly fault?: string;
}

/** Steps by which policy comes to its decision about one call, and the decision. */
export interface Explanation {
  readonly steps: readonly ExplanationStep[];
  readonly decision: Decision;
  /** A rule of the tool reads arguments, so it matters what the tool says of them. */
  readonly readsArguments: boolean;
  /** Who is asked, when the decision is to ask. */
  readonly workflow?: Workflow;
}

/** Decides as the policy does, and tells what every rule said. @throws policy_invalid */
export function explainCall(input: PolicyInput, call: ToolCall, now: Date): Explanation {
  const rules = compileRules(input);
  const said = new Map<string, Omit<ExplanationStep, "rule" | "action" | "when">>();
  const workflows = compileWorkflows(input.approvals);
  const context: EvaluationContext = {
    rules: rulesNaming(rules, call),
    fallback: input.policy.default,
    workflows,
    filesOf: input.filesOf,
    onVerdict: (rule, verdict) => {
      if (verdict.kind === "fails") said.set(rule.name, { said: "condition failed", fault: verdict.fault });
      else said.set(rule.name, { said: verdict.kind === "matches" ? "matches" : "condition is false" });
    },
  };
  const hidden = !createFilters(input.servers)(call.server, call.tool, call.method);
  const decision = hidden ? HIDDEN : askAboutAlikeKeys(call, evaluate(call, now, context));
  const steps = rules.map((rule): ExplanationStep => {
    const named = context.rules.some(({ name }) => name === rule.name);
    const heard = said.get(rule.name) ?? { said: named ? ("not reached" as const) : ("other tool" as const) };
    return {
      rule: rule.name,
      action: rule.action,
      ...(rule.mode === "observe" ? { mode: rule.mode } : {}),
      ...(rule.when ? { when: rule.when.source } : {}),
      ...heard,
    };
  });
  const readsArguments = context.rules.some(({ when }) => when !== undefined && when.reads.length > 0);
  return {
    steps,
    decision,
    readsArguments,
    ...(decision.action === "ask" ? { workflow: workflows.of(decision) } : {}),
  };
}
