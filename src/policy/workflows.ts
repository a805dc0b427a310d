import { parseDuration } from "#base";
import type { ApprovalsConfig } from "#config";
import type { Decision, Workflow } from "#model";
import { combine } from "./combine.ts";

/** The workflow used where a rule names none. */
const PLAIN = "default";

/** The workflows of a config, the plain one among them. */
export interface Workflows {
  /** By a rule's word; what is unknown is asked about plainly. */
  named(name: string | undefined): Workflow;
  /** Who is asked when the decision is to ask: all that guard the call, together. */
  of(decision: Decision): Workflow;
}

export function compileWorkflows(approvals: ApprovalsConfig): Workflows {
  const plain = compileWorkflow(PLAIN, {}, approvals.timeout);
  const workflows = new Map<string, Workflow>([[PLAIN, plain]]);
  for (const [name, config] of Object.entries(approvals.workflows))
    workflows.set(name, compileWorkflow(name, config, approvals.timeout));
  const named = (name: string | undefined) => workflows.get(name ?? PLAIN) ?? workflows.get(PLAIN)!;
  return {
    named,
    of: ({ workflow, also = [] }) => combine([named(workflow), ...also.map(named)]),
  };
}

/** Names of all the workflows that guard a call. */
export function guardsOf({ workflow = PLAIN, also = [] }: Decision): readonly string[] {
  return [workflow, ...also];
}

/** The same as a decision carries them. */
export function guardedBy(names: readonly string[]): Pick<Decision, "workflow" | "also"> {
  const [first = PLAIN, ...also] = [...new Set(names)];
  return { ...(first !== PLAIN && { workflow: first }), ...(also.length > 0 && { also }) };
}

function compileWorkflow(
  name: string,
  config: ApprovalsConfig["workflows"][string],
  plainTimeout: string,
): Workflow {
  const { escalate } = config;
  return {
    name,
    approvers: [...new Set(config.approvers ?? [])],
    quorum: config.quorum ?? 1,
    timeoutMs: parseDuration(config.timeout ?? plainTimeout),
    ...(escalate
      ? { escalate: { afterMs: parseDuration(escalate.after), to: [...new Set(escalate.to)] } }
      : {}),
    notify: config.notify ?? [],
  };
}
