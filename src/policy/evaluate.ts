import { messageOf } from "#base";
import type { Action, Decision, Observation, Risk, ToolCall } from "#model";
import { TOOL_CALL } from "#protocol";
import { type ArgumentsRead, readArguments } from "#schema";
import { higherRisk, reliableAnnotations, riskOf, stricterJustification, withoutRule } from "./builtin.ts";
import { combine } from "./combine.ts";
import type { Facts } from "./condition.ts";
import type { Rule } from "./rules.ts";
import type { PolicyInput } from "./types.ts";
import { toCel } from "./values.ts";
import { DisputedLocation } from "./within.ts";
import { guardedBy, type Workflows } from "./workflows.ts";

/** Verdict of one rule on a call. */
export type Verdict =
  | { readonly kind: "matches" }
  /** Its condition is false. */
  | { readonly kind: "passes" }
  | { readonly kind: "fails"; readonly fault: string };

/** Context of an evaluation: the rules to try, and what applies where none decides. */
export interface EvaluationContext {
  /** The rules that name the tool, in order. */
  readonly rules: readonly Rule[];
  readonly fallback: Action;
  readonly workflows: Workflows;
  /** The files of a server that preloop sees, too. */
  readonly filesOf?: PolicyInput["filesOf"] | undefined;
  /** Hears what each rule said. */
  readonly onVerdict?: (rule: Rule, verdict: Verdict) => void;
}

/** Part of a decision that one rule, or the lack of one, is the source of. */
interface Word {
  readonly action: Action;
  readonly rule: string;
  readonly risk: Risk;
  readonly reason?: string;
  readonly workflow?: string;
  readonly justification?: "required" | "optional";
  readonly needsPerson?: true;
}

/**
 * The first matching rule decides. A rule whose condition fails counts as ask, and those after it are still looked at:
 * a later deny wins, a later allow does not. A condition fails as well when it reads what is not as the tool's schema
 * says; and where rules rely on arguments, those that do not fit are never simply allowed.
 */
export function evaluate(call: ToolCall, now: Date, context: EvaluationContext): Decision {
  const faults: string[] = [];
  const asks: Word[] = [];
  const observed: Observation[] = [];
  const last = (word: Word) => {
    const misfit = asks.length === 0 && word.action !== "deny" ? given?.misfit() : undefined;
    if (misfit !== undefined) faults.push(`arguments: ${misfit}`);
    if (misfit !== undefined && word.action === "allow") asks.push(askOfMisfit(call, misfit));
    return withObserved(settle(word, asks, faults, context), observed);
  };
  let facts: Facts | undefined;
  /** The arguments, once a rule that decides relies on them. */
  let given: ArgumentsRead | undefined;
  for (const rule of context.rules) {
    if (rule.when) facts ??= factsOf(call, now, context.filesOf?.(call.server));
    const isReading = rule.when !== undefined && rule.when.reads.length > 0;
    const args = isReading ? (given ?? readArguments(call.inputSchema, call.args)) : undefined;
    const verdict = rule.when ? judge(rule, facts!, args) : MATCHES;
    context.onVerdict?.(rule, verdict);
    if (rule.mode === "observe") {
      if (verdict.kind !== "passes") observed.push(observationOf(rule, verdict));
      continue;
    }
    given ??= args;
    if (verdict.kind === "passes") continue;
    if (verdict.kind === "matches") {
      if (!rule.isBorrowed || rule.action === "deny") return last(wordOf(rule, call));
      asks.push(wordOf(rule, call));
      continue;
    }
    faults.push(`${rule.name}: ${verdict.fault}`);
    asks.push(askOf(rule, call, verdict.fault));
  }
  return last({ ...withoutRule(call, context.fallback), risk: riskOf(call) });
}

// A condition that fails counts as ask, here as well.
function observationOf({ name, action }: Rule, { kind }: Verdict): Observation {
  return { rule: name, action: kind === "fails" ? "ask" : action };
}

function withObserved(decision: Decision, observed: readonly Observation[]): Decision {
  return observed.length > 0 ? { ...decision, observed } : decision;
}

const MATCHES: Verdict = { kind: "matches" };
const PASSES: Verdict = { kind: "passes" };

function judge({ when, action }: Rule, facts: Facts, args: ArgumentsRead | undefined): Verdict {
  const oddity = args?.oddityAt(when!.reads);
  try {
    const holds = when!.holds(facts);
    // What is refused all the same stays refused: odd arguments must not lead from a no to a question.
    if (oddity !== undefined && !(holds && action === "deny")) return { kind: "fails", fault: oddity };
    return holds ? MATCHES : PASSES;
  } catch (error) {
    // Where one program would find it inside and another would not, a deny is meant for it.
    if (action === "deny" && error instanceof DisputedLocation) return MATCHES;
    return { kind: "fails", fault: oddity ?? messageOf(error) };
  }
}

function factsOf(call: ToolCall, now: Date, files: Facts["files"]): Facts {
  const { server, tool, session } = call;
  return {
    args: toCel(call.args),
    tool,
    server,
    method: call.method ?? TOOL_CALL,
    uri: call.uri ?? "",
    annotations: new Map(Object.entries(reliableAnnotations(call))),
    session: new Map(Object.entries(session)),
    client: session.client,
    user: session.user,
    now,
    files,
  };
}

function wordOf(rule: Rule, call: ToolCall): Word {
  const { action, reason, workflow, justification } = rule;
  const word = { action, rule: rule.name, risk: rule.risk ?? riskOf(call) };
  // Most rules say no more, and each spread costs a call as much as all the rest of its decision.
  if ((reason ?? workflow ?? justification) === undefined) return word;
  return {
    ...word,
    ...(reason === undefined ? {} : { reason }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(justification === undefined ? {} : { justification }),
  };
}

// The words of an allow or deny were not written for a person who decides; an ask's own were.
function askOf(rule: Rule, call: ToolCall, fault: string): Word {
  const word = wordOf(rule, call);
  return {
    ...word,
    action: "ask",
    reason: `The condition of rule ${rule.name} could not be evaluated: ${fault}`,
    // A yes that was given once was not given to what a rule may forbid.
    ...(rule.action === "deny" ? { needsPerson: true as const } : {}),
  };
}

function askOfMisfit(call: ToolCall, misfit: string): Word {
  return {
    action: "ask",
    rule: "arguments:misfit",
    risk: riskOf(call),
    reason: `Rules of this tool rely on its arguments, and they are not as it says: ${misfit}`,
  };
}

// An agent can make a condition fail by its choice of arguments; that must not lead it to an easier question, so all
// that would have asked are asked.
function settle(
  last: Word,
  asks: readonly Word[],
  faults: readonly string[],
  context: EvaluationContext,
): Decision {
  const [first, ...more] = asks;
  if (!first || last.action === "deny") return { ...last, faults };
  const all = [first, ...more, ...(last.action === "ask" ? [last] : [])] as const;
  const workflowOf = (word: Word) => context.workflows.named(word.workflow);
  const { name } = combine([workflowOf(first), ...all.slice(1).map(workflowOf)]);
  const word = all.find((each) => workflowOf(each).name === name)!;
  const justification = all.reduce<Decision["justification"]>(
    (found, { justification }) => stricterJustification(found, justification),
    undefined,
  );
  const risk = [...all, last].reduce<Risk>((found, each) => higherRisk(found, each.risk), "low");
  return {
    ...word,
    ...guardedBy([name, ...all.map((each) => workflowOf(each).name)]),
    risk,
    faults,
    ...(justification ? { justification } : {}),
    ...(all.some(({ needsPerson }) => needsPerson) && { needsPerson: true as const }),
  };
}
