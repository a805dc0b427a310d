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
  /** It names the tool by a name that the tool may not have borrowed: such a rule only makes stricter. */
  readonly isBorrowed?: true;
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

/** The rules that name the tool, in order, whatever their conditions say. */
export function rulesNaming(rules: readonly Rule[], target: ToolTarget): readonly Rule[] {
  const names = namesOf(target);
  const borrowed = borrowedName(target);
  return rules.flatMap((rule) => {
    if (rule.globs.some((glob) => names.some((name) => glob.matches(name)))) return [rule];
    const isNamed = borrowed !== undefined && rule.globs.some((glob) => glob.matches(borrowed));
    return isNamed && rule.action !== "allow" ? [{ ...rule, isBorrowed: true as const }] : [];
  });
}

/** What rules may call a tool: `server__tool`, and the name clients call where that differs and is nobody else's. */
export function namesOf(target: ToolTarget): readonly string[] {
  const { server, tool, name } = target;
  const full = `${server}__${tool}`;
  return name === full || borrowedName(target) !== undefined ? [full] : [full, name];
}

/**
 * The name clients call, where it looks like another server's: one that keeps its original names could call a tool
 * `files__read` to slip under what another server is allowed. What is forbidden or asked about under that name still is.
 */
export function borrowedName({ server, name }: ToolTarget): string | undefined {
  return name.includes("__") && !name.startsWith(`${server}__`) ? name : undefined;
}

/** The tool that a name stands for: `server__tool`, or one of preloop's own. */
export function targetOf(name: string): ToolTarget {
  const at = name.indexOf("__");
  if (at < 0) return { server: OWN_SERVER, tool: name, name };
  return { server: name.slice(0, at), tool: name.slice(at + 2), name };
}
