import type { RuleConfig } from "#config";
import { BUILTIN_TOOLS } from "../builtin.ts";
import { type Condition, compileCondition } from "../condition.ts";
import { ConditionError } from "../condition-checks.ts";
import { describeConditionError } from "../describe.ts";
import { overlap } from "../glob.ts";
import { BUILTIN_SERVER, globsOf, namesOf } from "../rules.ts";
import type { PolicyInput, ToolTarget } from "../types.ts";
import { checkLocations } from "./check-locations.ts";
import { checkReach } from "./check-reach.ts";
import { checkTools } from "./check-tools.ts";
import type { CheckedRule, PolicyFinding } from "./checked-rule.ts";

/**
 * Looks for rules that say nothing: conditions that are wrong or always false, globs that name no server, rules behind
 * others that take all their calls, and, where the tools are known, names of tools that do not exist.
 */
export function checkPolicy(input: PolicyInput, tools?: readonly ToolTarget[]): readonly PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const earlier: CheckedRule[] = [];
  for (const [index, config] of input.policy.rules.entries()) {
    const found = finderFor(input, config, index);
    const { condition, problem } = tryCondition(config, found);
    const rule = { config, globs: globsOf(config), found, ...(condition ? { condition } : {}) };
    const own = problem ? [problem] : [...checkCondition(rule), ...checkReach(rule, earlier)];
    findings.push(...own, ...checkServers(rule, input));
    if (tools && config.method === undefined) findings.push(...checkTools(rule, tools));
    if (!problem && config.mode !== "observe") earlier.push(rule);
  }
  return findings;
}

function finderFor(input: PolicyInput, config: RuleConfig, index: number): CheckedRule["found"] {
  return (level, message, key) => {
    const where = input.where?.(["policy", "rules", index, ...(key ? [key] : [])]);
    return { level, rule: config.name, message, ...(where === undefined ? {} : { where }) };
  };
}

function tryCondition(
  config: RuleConfig,
  found: CheckedRule["found"],
): { readonly condition?: Condition; readonly problem?: PolicyFinding } {
  if (config.when === undefined) return {};
  try {
    return { condition: compileCondition(config.when) };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return { problem: found("error", describeConditionError(config, error), "when") };
  }
}

function checkCondition(rule: CheckedRule): PolicyFinding[] {
  const { condition, found } = rule;
  if (condition?.constant === false)
    return [found("error", "its condition is false for every call, so it never matches", "when")];
  if (condition?.constant === true)
    return [found("warning", "its condition is true for every call; leave it out", "when")];
  return checkLocations(rule);
}

function checkServers(rule: CheckedRule, input: PolicyInput): PolicyFinding[] {
  if (rule.config.tool === undefined) return [];
  const servers = Object.entries(input.servers);
  const names = servers.filter(([, server]) => !server.disabled).map(([name]) => name);
  return rule.globs.flatMap((glob) => {
    const own = BUILTIN_TOOLS.some((tool) =>
      namesOf({ server: BUILTIN_SERVER, tool, name: tool }).some((name) => overlap(glob, name)),
    );
    // A server without prefix gives its tools bare names, which only it knows.
    const bare = !glob.includes("__") && servers.some(([, server]) => server.prefix === false);
    if (own || bare || names.some((name) => overlap(glob, `${name}__*`))) return [];
    const disabled = servers.find(([name]) => overlap(glob, `${name}__*`));
    if (disabled)
      return [
        rule.found("warning", `the glob "${glob}" names ${disabled[0]} alone, which is disabled`, "tool"),
      ];
    const hint = glob.includes("__") ? "" : "; tools of servers are called server__tool";
    return [
      rule.found(
        "error",
        `the glob "${glob}" names no configured server and no tool of preloop's own${hint}`,
        "tool",
      ),
    ];
  });
}
