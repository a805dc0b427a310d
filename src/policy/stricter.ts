import { digestOf } from "#base";
import type { Action, Decision, Workflow } from "#model";
import { higherRisk, stricterJustification } from "./builtin.ts";
import { HIDDEN } from "./filters.ts";
import type { Policy } from "./types.ts";
import { isStricter } from "./workflows.ts";

/**
 * Both policies at once: whatever one of them hides, refuses, asks about or demands. It is never looser than either, so
 * a policy that nobody said yes to may take part in it.
 */
export function stricterOf(held: Policy, wanted: Policy): Policy {
  const workflows = new WeakMap<Decision, Workflow>();
  const isVisible: Policy["isVisible"] = (server, tool, method) =>
    held.isVisible(server, tool, method) && wanted.isVisible(server, tool, method);
  return {
    version: digestOf([held.version, wanted.version]),
    isVisible,
    justificationFor: (target) =>
      stricterJustification(held.justificationFor(target), wanted.justificationFor(target)),
    mayAsk: (target) => held.mayAsk(target) || wanted.mayAsk(target),
    evaluate(call, now) {
      if (!isVisible(call.server, call.tool, call.method)) return HIDDEN;
      const sides = [
        { policy: held, said: held.evaluate(call, now) },
        { policy: wanted, said: wanted.evaluate(call, now) },
      ] as const;
      const [first, second] = sides;
      const isSecond = overrules(second, first);
      const { policy, said } = isSecond ? second : first;
      const decision = merge(said, isSecond ? first.said : second.said, second.said);
      if (decision.action === "ask") workflows.set(decision, policy.workflowFor(said));
      return decision;
    },
    workflowFor: (decision) => workflows.get(decision) ?? held.workflowFor(decision),
  };
}

const STRICTNESS: Readonly<Record<Action, number>> = { allow: 0, ask: 1, deny: 2 };

interface Side {
  readonly policy: Policy;
  readonly said: Decision;
}

function overrules(side: Side, other: Side): boolean {
  const [left, right] = [STRICTNESS[side.said.action], STRICTNESS[other.said.action]];
  if (left !== right) return left > right;
  if (side.said.action !== "ask") return false;
  return isStricter(side.policy.workflowFor(side.said), other.policy.workflowFor(other.said));
}

function merge(said: Decision, other: Decision, { observed }: Decision): Decision {
  const needsPerson = (said.needsPerson ?? other.needsPerson) && { needsPerson: true as const };
  const { observed: _, justification: own, ...word } = said;
  const justification = stricterJustification(own, other.justification);
  return {
    ...word,
    risk: higherRisk(said.risk, other.risk),
    faults: [...new Set([...said.faults, ...other.faults])],
    ...(justification && { justification }),
    ...needsPerson,
    ...(observed && { observed }),
  };
}

/** The policy with the annotations of some servers no longer believed. */
export function distrust(policy: Policy, isTrusted: (server: string) => boolean): Policy {
  return {
    ...policy,
    evaluate: (call, now) =>
      policy.evaluate(call.trusted && !isTrusted(call.server) ? { ...call, trusted: false } : call, now),
  };
}
