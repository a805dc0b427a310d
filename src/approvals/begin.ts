import type { Approval, Workflow } from "#model";
import { type Db, runApproval, supersedeApproval } from "#store";
import { wouldSuffice } from "./approvers.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { look } from "./look.ts";
import type { Begun, Standing } from "./types.ts";

/** Who wants to run what. */
export interface Beginning {
  readonly db: Db;
  readonly heartbeat: Heartbeat;
  readonly id: string;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly standing: Standing;
}

/** approved → running, if everything that was approved still stands; else the approval as it is now. */
export async function begin(beginning: Beginning): Promise<Begun> {
  const { db, heartbeat, id, sessionId, leaseMs, standing } = beginning;
  await heartbeat.renew();
  const before = await look(db, id);
  const objection = objectionTo(before, standing);
  if (objection !== undefined) {
    await supersedeApproval(db, id, objection);
    return { run: false, approval: await look(db, id) };
  }
  // A decision that comes after this look was not looked at.
  if (before.status !== "approved") return { run: false, approval: before };
  const { definitionDigest } = standing;
  const run = await runApproval(db, { id, sessionId, definitionDigest, leaseMs });
  return { run, approval: await look(db, id) };
}

/** Why what a person approved may not run any more. */
function objectionTo(approval: Approval, standing: Standing): string | undefined {
  const { definitionDigest, decision, workflow } = standing;
  if (approval.definitionDigest !== definitionDigest)
    return "the tool's definition changed since it was asked";
  if (decision.action === "deny")
    return `policy now denies it (rule "${decision.rule}")${decision.reason ? `: ${decision.reason}` : ""}`;
  if (decision.action !== "ask") return undefined;
  // An edit, or a policy of today, may belong to other people than those who approved.
  if (decision.workflow !== undefined && decision.workflow !== approval.workflow.name)
    return `policy now wants the workflow "${decision.workflow}" to decide (rule "${decision.rule}")`;
  if (approval.status === "approved" && !wouldSuffice(approval, workflow))
    return `the workflow "${workflow.name}" now wants ${peopleOf(workflow)} to approve (rule "${decision.rule}")`;
  return undefined;
}

function peopleOf({ approvers, quorum }: Workflow): string {
  if (approvers.length > 0) return `${quorum} of ${approvers.join(", ")}`;
  return quorum === 1 ? "one person" : `${quorum} people`;
}
