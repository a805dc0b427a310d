import { messageOf } from "#base";
import type { Action, Decision, Observation, Risk, ToolCall, Workflow } from "#model";
import { higherRisk, reliableAnnotations, riskOf, stricterJustification, withoutRule } from "./builtin.ts";
import type { Facts } from "./condition.ts";
import type { Rule } from "./rules.ts";
import type { PolicyInput } from "./types.ts";
import { toCel } from "./values.ts";
import { DisputedLocation } from "./within.ts";
import { isStricter } from "./workflows.ts";

/** What one rule said of a call. */
export type Verdict =
  | { readonly kind: "matches" }
  /** Its condition is false. */
  | { readonly kind: "passes" }
  | { readonly kind: "fails"; readonly fault: string };

export interface Looking {
  /** The rules that name the tool, in order. */
  readonly rules: readonly Rule[];
  readonly fallback: Action;
  workflow(name: string | undefined): Workflow;
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
}

/**
 * The first matching rule decides. A rule whose condition fails counts as ask, and those after it are still looked at:
 * a later deny wins, a later allow does not.
 */
export function evaluate(call: ToolCall, now: Date, looking: Looking): Decision {
  const faults: string[] = [];
  const asks: Word[] = [];
  const observed: Observation[] = [];
  const last = (word: Word) => withObserved(settle(word, asks, faults, looking), observed);
  let facts: Facts | undefined;
  for (const rule of looking.rules) {
    if (rule.when) facts ??= factsOf(call, now, looking.filesOf?.(call.server));
    const verdict = rule.when ? judge(rule, facts!) : MATCHES;
    looking.onVerdict?.(rule, verdict);
    if (rule.mode === "observe") {
      if (verdict.kind !== "passes") observed.push(observationOf(rule, verdict));
      continue;
    }
    if (verdict.kind === "matches") return last(wordOf(rule, call));
    if (verdict.kind === "passes") continue;
    faults.push(`${rule.name}: ${verdict.fault}`);
    asks.push(askOf(rule, call, verdict.fault));
  }
  return last({ ...withoutRule(call, looking.fallback), risk: riskOf(call) });
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

function judge(rule: Rule, facts: Facts): Verdict {
  try {
    return rule.when!.holds(facts) ? MATCHES : PASSES;
  } catch (error) {
    // Where one program would find it inside and another would not, a deny is meant for it.
    if (rule.action === "deny" && error instanceof DisputedLocation) return MATCHES;
    return { kind: "fails", fault: messageOf(error) };
  }
}

function factsOf(call: ToolCall, now: Date, files: Facts["files"]): Facts {
  const { server, tool, session } = call;
  return {
    args: toCel(call.args),
    tool,
    server,
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
  };
}

// An agent can make a condition fail by its choice of arguments; that must not lead it to an easier question.
function settle(last: Word, asks: readonly Word[], faults: readonly string[], looking: Looking): Decision {
  if (asks.length === 0 || last.action === "deny") return { ...last, faults };
  const all = last.action === "ask" ? [...asks, last] : asks;
  const strictest = all.reduce((best, word) =>
    isStricter(looking.workflow(word.workflow), looking.workflow(best.workflow)) ? word : best,
  );
  const justification = all.reduce<Decision["justification"]>(
    (found, word) => stricterJustification(found, word.justification),
    undefined,
  );
  const risk = [...all, last].reduce<Risk>((found, word) => higherRisk(found, word.risk), "low");
  return { ...strictest, risk, faults, ...(justification ? { justification } : {}) };
}
