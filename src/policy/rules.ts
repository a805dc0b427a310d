import type { RuleConfig } from "#config";
import type { Action, Risk } from "#model";
import { TOOL_CALL } from "#protocol";
import { type Condition, compileCondition } from "./condition.ts";
import { compileGlob, type Glob } from "./glob.ts";
import type { ToolTarget } from "./types.ts";
import { type UriNames, uriNames } from "./uri-names.ts";

/** The server name that preloop's own tools stand under; no server of the config may take it. */
export const BUILTIN_SERVER = "preloop";

/** A rule made ready. */
export interface Rule {
  readonly name: string;
  /** Over names; undefined means any. */
  readonly globs?: readonly Glob[];
  /** Over methods; undefined means `tools/call`. */
  readonly methods?: readonly Glob[];
  /** Over URIs; undefined means any. */
  readonly uris?: readonly Glob[];
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
  const { tool, method, uri, when, ...rest } = config;
  return {
    ...rest,
    ...(tool !== undefined && { globs: [tool].flat().map(compileGlob) }),
    ...(method !== undefined && { methods: [method].flat().map(compileGlob) }),
    ...(uri !== undefined && { uris: [uri].flat().map(compileGlob) }),
    ...(when !== undefined && { when: compileCondition(when) }),
  };
}

/** The globs over names of a rule, of which one is enough. */
export function globsOf({ tool }: RuleConfig): readonly string[] {
  return tool === undefined ? ["*"] : [tool].flat();
}

/** The rules that name the tool, or what another method is about, in order, whatever their conditions say. */
export function rulesNaming(rules: readonly Rule[], target: ToolTarget): readonly Rule[] {
  const names = namesOf(target);
  const borrowed = borrowedName(target);
  const uri = target.uri === undefined ? undefined : uriNames(target.uri);
  return rules.flatMap((rule) => {
    if (!namesMethod(rule, target) || !namesUri(rule, uri)) return [];
    const { globs } = rule;
    if (globs && uri) return namedBy(rule.action, globs, uri, `${target.server}__`) ? [rule] : [];
    if (!globs || globs.some((glob) => names.some((name) => glob.matches(name)))) return [rule];
    const isNamed = borrowed !== undefined && globs.some((glob) => glob.matches(borrowed));
    return isNamed && rule.action !== "allow" ? [{ ...rule, isBorrowed: true as const }] : [];
  });
}

function namesMethod({ methods }: Rule, { method = TOOL_CALL }: ToolTarget): boolean {
  return methods?.some((glob) => glob.matches(method)) ?? method === TOOL_CALL;
}

function namesUri({ uris, action }: Rule, uri: UriNames | undefined): boolean {
  return !uris || (uri !== undefined && namedBy(action, uris, uri));
}

function namedBy(action: Action, globs: readonly Glob[], uri: UriNames, prefix?: string): boolean {
  return action === "allow" ? uri.areAllowed(globs, prefix) : uri.areStopped(globs, prefix);
}

/** What rules may call a tool: `server__tool`, and the name clients call where that differs and is nobody else's. */
export function namesOf(target: ToolTarget): readonly string[] {
  const { server, tool, name, method } = target;
  const full = `${server}__${tool}`;
  if (name === full || method !== undefined) return [full];
  return borrowedName(target) === undefined ? [full, name] : [full];
}

/**
 * The name clients call, where it looks like another server's: one that keeps its original names could call a tool
 * `files__read` to slip under what another server is allowed. What is forbidden or asked about under that name still is.
 */
export function borrowedName({ server, name, method }: ToolTarget): string | undefined {
  if (method !== undefined) return undefined;
  return name.includes("__") && !name.startsWith(`${server}__`) ? name : undefined;
}

/** The tool that a name stands for: `server__tool`, or one of preloop's own. */
export function targetOf(name: string): ToolTarget {
  const at = name.indexOf("__");
  if (at < 0) return { server: BUILTIN_SERVER, tool: name, name };
  return { server: name.slice(0, at), tool: name.slice(at + 2), name };
}
