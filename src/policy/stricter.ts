import { digestOf } from "#base";
import type { Action, Decision, Workflow } from "#model";
import { higherRisk, stricterJustification } from "./builtin.ts";
import { combine } from "./combine.ts";
import { HIDDEN } from "./filters.ts";
import type { Policy } from "./types.ts";
import { guardedBy, guardsOf } from "./workflows.ts";

/**
 * Both policies at once: whatever one of them hides, refuses, asks about or demands, and whoever one of them asks. It is
 * never looser than either, so a policy that nobody said yes to may take part in it.
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
      const ours = { policy: held, said: held.evaluate(call, now) };
      const theirs = { policy: wanted, said: wanted.evaluate(call, now) };
      const decision = merge(ours.said, theirs.said);
      if (decision.action !== "ask") return decision;
      const workflow = askedBy(ours, theirs);
      const guards = [ours, theirs].flatMap(({ said }) => (said.action === "ask" ? guardsOf(said) : []));
      const asking = { ...decision, ...guardedBy([workflow.name, ...guards]) };
      workflows.set(asking, workflow);
      return asking;
    },
    // A decision of an earlier policy: whatever either makes of the names.
    workflowFor: (said) => workflows.get(said) ?? askedBy({ policy: held, said }, { policy: wanted, said }),
  };
}

const STRICTNESS: Readonly<Record<Action, number>> = { allow: 0, ask: 1, deny: 2 };

interface Side {
  readonly policy: Policy;
  readonly said: Decision;
}

// Channels that nobody said yes to hear of nothing; people whom nobody said yes to decide nothing on their own.
function askedBy(held: Side, wanted: Side): Workflow {
  const [ours, theirs] = [held.policy.workflowFor(held.said), wanted.policy.workflowFor(wanted.said)];
  if (held.said.action !== "ask") return { ...theirs, notify: [] };
  return wanted.said.action === "ask" ? { ...combine([ours, theirs]), notify: ours.notify } : ours;
}

// Where both say the same, the words are those of the policy that somebody trusted.
function merge(held: Decision, wanted: Decision): Decision {
  const [said, other] = STRICTNESS[wanted.action] > STRICTNESS[held.action] ? [wanted, held] : [held, wanted];
  const { observed: _observed, justification: own, workflow: _workflow, also: _also, ...word } = said;
  const justification = stricterJustification(own, other.justification);
  return {
    ...word,
    risk: higherRisk(said.risk, other.risk),
    faults: [...new Set([...said.faults, ...other.faults])],
    ...(justification && { justification }),
    ...(other.needsPerson && { needsPerson: true }),
    ...(wanted.observed && { observed: wanted.observed }),
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
