import type { RuleConfig } from "#config";
import type { Action, Risk } from "#model";
import { type Condition, compileCondition } from "./condition.ts";
import { compileGlob, type Glob } from "./glob.ts";
import type { ToolTarget } from "./types.ts";

/** The server name that preloop's own tools stand under; no server of the config may take it. */
export const OWN_SERVER = "preloop";

/** A rule made ready. */
export interface Rule {
  readonly name: string;
  readonly globs: readonly Glob[];
  readonly when?: Condition;
  readonly action: Action;
  /** `observe`: it decides nothing, and what it would have done is told. */
  readonly mode?: "enforce" | "observe";
  readonly reason?: string;
  readonly workflow?: string;
  readonly risk?: Risk;
  readonly justification?: "required" | "optional";
}

/** Makes one rule ready. @throws ConditionError */
export function compileRule(config: RuleConfig): Rule {
  const { tool, when, ...rest } = config;
  const globs = globsOf(config).map(compileGlob);
  return when === undefined ? { ...rest, globs } : { ...rest, globs, when: compileCondition(when) };
}

/** The globs of a rule, of which one is enough. */
export function globsOf(config: RuleConfig): readonly string[] {
  return typeof config.tool === "string" ? [config.tool] : config.tool;
}

/** True when the rule names the tool, whatever its condition says. */
export function namesTool(rule: Rule, target: ToolTarget): boolean {
  const names = namesOf(target);
  return rule.globs.some((glob) => names.some((name) => glob.matches(name)));
}

/**
 * What rules may call a tool: `server__tool`, and the name clients call where that differs. A server that keeps its
 * original names could call a tool `files__read` to slip under another server's rules, so such a name is no name here.
 */
export function namesOf({ server, tool, name }: ToolTarget): readonly string[] {
  const full = `${server}__${tool}`;
  if (name === full) return [full];
  const isOwnPrefix = name.startsWith(`${server}__`);
  return isOwnPrefix || !name.includes("__") ? [full, name] : [full];
}

/** The tool that a name stands for: `server__tool`, or one of preloop's own. */
export function targetOf(name: string): ToolTarget {
  const at = name.indexOf("__");
  if (at < 0) return { server: OWN_SERVER, tool: name, name };
  return { server: name.slice(0, at), tool: name.slice(at + 2), name };
}
