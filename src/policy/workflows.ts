import { parseDuration } from "#base";
import type { ApprovalsConfig } from "#config";
import type { Workflow } from "#model";

/** The workflow used where a rule names none. */
export const PLAIN = "default";

/** The workflows of the config by name, the plain one among them. */
export function compileWorkflows(approvals: ApprovalsConfig): ReadonlyMap<string, Workflow> {
  const workflows = new Map<string, Workflow>([[PLAIN, compileWorkflow(PLAIN, {}, approvals.timeout)]]);
  for (const [name, config] of Object.entries(approvals.workflows))
    workflows.set(name, compileWorkflow(name, config, approvals.timeout));
  return workflows;
}

/** True when `left` asks more of people than `right` does. */
export function isStricter(left: Workflow, right: Workflow): boolean {
  if (left.quorum !== right.quorum) return left.quorum > right.quorum;
  return left.approvers.length > 0 && right.approvers.length === 0;
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
