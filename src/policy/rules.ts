import { resolveUrl } from "#base";
import type { RuleConfig } from "#config";
import { TOOL_CALL } from "#jsonrpc";
import type { Action, Risk } from "#model";
import { type Condition, compileCondition } from "./condition.ts";
import { compileGlob, type Glob } from "./glob.ts";
import type { ToolTarget } from "./types.ts";

/** The server name that preloop's own tools stand under; no server of the config may take it. */
export const OWN_SERVER = "preloop";

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
  return rules.flatMap((rule) => {
    if (!namesMethod(rule, target) || !namesUri(rule, target.uri)) return [];
    const { globs } = rule;
    if (!globs || globs.some((glob) => names.some((name) => glob.matches(name)))) return [rule];
    const isNamed = borrowed !== undefined && globs.some((glob) => glob.matches(borrowed));
    return isNamed && rule.action !== "allow" ? [{ ...rule, isBorrowed: true as const }] : [];
  });
}

function namesMethod({ methods }: Rule, { method = TOOL_CALL }: ToolTarget): boolean {
  return methods?.some((glob) => glob.matches(method)) ?? method === TOOL_CALL;
}

// A server may read a URI in any of its ways, so an allow wants all of them to be named, and what nobody can be sure of
// is named by every other rule.
function namesUri({ uris, action }: Rule, uri: string | undefined): boolean {
  if (!uris) return true;
  if (uri === undefined) return false;
  const matches = (form: string) => uris.some((glob) => glob.matches(form));
  const location = resolveUrl(uri);
  if (location.kind === "unresolvable") return action !== "allow";
  const forms = [uri, ...location.readings];
  return action === "allow" ? forms.every(matches) : forms.some(matches);
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
  if (at < 0) return { server: OWN_SERVER, tool: name, name };
  return { server: name.slice(0, at), tool: name.slice(at + 2), name };
}
