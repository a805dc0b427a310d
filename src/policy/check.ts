import type { RuleConfig } from "#config";
import { TOOL_CALL } from "#protocol";
import { BUILTIN_TOOLS } from "./builtin.ts";
import { checkLocations } from "./check-locations.ts";
import { checkTools } from "./check-tools.ts";
import { type Condition, ConditionError, compileCondition } from "./condition.ts";
import { describeConditionError } from "./describe.ts";
import { covers, overlap } from "./glob.ts";
import { BUILTIN_SERVER, globsOf, namesOf } from "./rules.ts";
import type { PolicyInput, ToolTarget } from "./types.ts";

/** Something about a policy that its author should know. */
export interface PolicyFinding {
  /** An error is a rule that cannot do what it says; a warning is one that is likely not meant. */
  readonly level: "error" | "warning";
  readonly rule: string;
  readonly message: string;
  /** `preloop.config.json:12:5` */
  readonly where?: string;
}

/** A rule as the checks see it. */
export interface CheckedRule {
  readonly config: RuleConfig;
  readonly globs: readonly string[];
  readonly condition?: Condition;
  readonly found: (level: PolicyFinding["level"], message: string, key?: keyof RuleConfig) => PolicyFinding;
}

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

function checkReach(rule: CheckedRule, earlier: readonly CheckedRule[]): PolicyFinding[] {
  const takers = earlier.filter((other) => takesAll(other, rule));
  const takenBy = rule.globs.map((glob) =>
    takers.find((other) => other.globs.some((wide) => covers(wide, glob))),
  );
  const names = [...new Set(takenBy.map((taker) => taker?.config.name))];
  if (names.includes(undefined)) {
    return takenBy.flatMap((taker, index) =>
      taker
        ? [
            rule.found(
              "warning",
              `the glob "${rule.globs[index]}" is never reached: rule "${taker.config.name}" comes first and takes all its calls`,
              "tool",
            ),
          ]
        : [],
    );
  }
  const list = names.map((name) => `"${name}"`).join(" and ");
  return [
    rule.found(
      "error",
      `it is never reached: ${names.length > 1 ? `rules ${list} come` : `rule ${list} comes`} first and ${names.length > 1 ? "take" : "takes"} all its calls`,
    ),
  ];
}

// Every call that `rule` could match is matched earlier when the earlier rule has no condition, or the same one.
function takesAll(earlier: CheckedRule, rule: CheckedRule): boolean {
  if (!takesMethods(earlier.config, rule.config) || !takesUris(earlier.config, rule.config)) return false;
  if (!earlier.condition || earlier.condition.constant === true) return true;
  return earlier.condition.source === rule.condition?.source;
}

function takesMethods(earlier: RuleConfig, rule: RuleConfig): boolean {
  const [wide, narrow] = [earlier, rule].map(({ method = TOOL_CALL }) => [method].flat()) as [
    string[],
    string[],
  ];
  return narrow.every((glob) => wide.some((other) => covers(other, glob)));
}

// An allow wants two forms of a URI to fit, so it leaves some of those its glob matches.
function takesUris(earlier: RuleConfig, { uri }: RuleConfig): boolean {
  if (earlier.uri === undefined) return true;
  if (uri === undefined || earlier.action === "allow") return false;
  return [uri].flat().every((glob) => [earlier.uri!].flat().some((other) => covers(other, glob)));
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
