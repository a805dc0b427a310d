import { digestOf, type Json, PreloopError } from "#base";
import type { Action, Decision, ToolCall } from "#model";
import { askAboutAlikeKeys } from "./alike-keys.ts";
import { ConditionError } from "./condition-checks.ts";
import { describeConditionError } from "./describe.ts";
import { type EvaluationContext, evaluate } from "./evaluate.ts";
import { createFilters, HIDDEN } from "./filters.ts";
import { compileRule, type Rule, rulesNaming } from "./rules.ts";
import type { Policy, PolicyInput, ToolTarget } from "./types.ts";
import { compileWorkflows } from "./workflows.ts";

/** Makes rules ready. @throws policy_invalid, naming every condition that is wrong */
export function compilePolicy(input: PolicyInput): Policy {
  const rules = compileRules(input);
  const isVisible = createFilters(input.servers);
  const workflows = compileWorkflows(input.approvals);
  const rulesFor = rememberPerTool((target) => rulesNaming(rules, target));
  return {
    version: versionOf(input),
    evaluate(call: ToolCall, now: Date): Decision {
      if (!isVisible(call.server, call.tool, call.method)) return HIDDEN;
      const { filesOf } = input;
      const context: EvaluationContext = {
        rules: rulesFor(call),
        fallback: input.policy.default,
        workflows,
        filesOf,
      };
      return askAboutAlikeKeys(call, evaluate(call, now, context));
    },
    isVisible,
    justificationFor: (target) => justificationOf(rulesFor(target)),
    mayAsk: (target) => mayAsk(rulesFor(target), input.policy.default),
    workflowFor: workflows.of,
  };
}

/** The rules made ready, in order. @throws policy_invalid, naming every condition that is wrong */
export function compileRules(input: PolicyInput): readonly Rule[] {
  const problems: string[] = [];
  const rules = input.policy.rules.flatMap((config, index) => {
    try {
      return [compileRule(config)];
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const where = input.where?.(["policy", "rules", index, "when"]);
      problems.push(describeConditionError(config, error, where));
      return [];
    }
  });
  if (problems.length > 0) throw new PreloopError("policy_invalid", problems.join("\n"));
  return rules;
}

function versionOf({ policy, approvals, servers }: PolicyInput): string {
  const filters = Object.entries(servers).map(([name, { tools, disabled, trustAnnotations, localFiles }]) => [
    name,
    {
      tools: tools ?? null,
      disabled: disabled ?? false,
      trustAnnotations: trustAnnotations ?? false,
      ...(localFiles && { localFiles }),
    },
  ]);
  return digestOf({ policy, approvals, servers: Object.fromEntries(filters) } as unknown as Json);
}

/** The most that the rules that may decide could demand; only a first one without a condition demands it for sure. */
function justificationOf(all: readonly Rule[]): "required" | "optional" | undefined {
  const rules = reachable(all);
  const [first] = rules;
  if (first && isLast(first)) return first.justification;
  return rules.some((rule) => rule.justification) ? "optional" : undefined;
}

function mayAsk(all: readonly Rule[], fallback: Action): boolean {
  const rules = reachable(all);
  // A condition that fails asks.
  if (rules.some(({ action, when }) => action === "ask" || when !== undefined)) return true;
  return rules.length === 0 && fallback === "ask";
}

/** The rules that may decide: those up to the first one that decides every call. */
function reachable(all: readonly Rule[]): readonly Rule[] {
  const rules = all.filter(({ mode }) => mode !== "observe");
  const last = rules.findIndex(isLast);
  return last < 0 ? rules : rules.slice(0, last + 1);
}

function isLast({ when, action, isBorrowed }: Rule): boolean {
  return !when && !(isBorrowed && action === "ask");
}

// Which rules name a tool does not depend on the call, so that part of the work is done once per tool. Of what other
// methods are about there is no end.
function rememberPerTool<T>(compute: (target: ToolTarget) => T): (target: ToolTarget) => T {
  const known = new Map<string, T>();
  return ({ server, tool, name, method, uri }) => {
    if (method !== undefined) return compute({ server, tool, name, method, uri });
    const key = `${server}\n${name}\n${tool}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= 10_000) known.clear();
    const computed = compute({ server, tool, name });
    known.set(key, computed);
    return computed;
  };
}
