import { type Approval, type Panel, panelsOf } from "#model";
import { type Db, runApproval, supersedeApproval } from "#store";
import type { Heartbeat } from "./heartbeat.ts";
import { sweepAndGet } from "./sweep-and-get.ts";
import { approversOf, tally } from "./tally.ts";
import type { BeginResult, RunPreconditions } from "./types.ts";

/** Who wants to run what. */
export interface RunRequest {
  readonly db: Db;
  readonly heartbeat: Heartbeat;
  readonly id: string;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly preconditions: RunPreconditions;
}

/** approved → running, if everything that was approved still stands; else the approval as it is now. */
export async function begin(request: RunRequest): Promise<BeginResult> {
  const { db, heartbeat, id, sessionId, leaseMs, preconditions } = request;
  await heartbeat.renew();
  const before = await sweepAndGet(db, id);
  const objection = objectionTo(before, preconditions);
  if (objection !== undefined) {
    await supersedeApproval(db, id, objection);
    return { run: false, approval: await sweepAndGet(db, id) };
  }
  // A decision that comes after this look was not looked at.
  if (before.status !== "approved") return { run: false, approval: before };
  const { definitionDigest } = preconditions;
  const run = await runApproval(db, { id, sessionId, definitionDigest, leaseMs });
  return { run, approval: await sweepAndGet(db, id) };
}

/** Why what a person approved may not run any more. */
function objectionTo(approval: Approval, preconditions: RunPreconditions): string | undefined {
  const { definitionDigest, decision, workflow } = preconditions;
  if (approval.definitionDigest !== definitionDigest)
    return "the tool's definition changed since it was asked";
  if (decision.action === "deny")
    return `policy now denies it (rule "${decision.rule}")${decision.reason ? `: ${decision.reason}` : ""}`;
  if (decision.action !== "ask") return undefined;
  // An edit, or a policy of today, may belong to other people than those who approved.
  const asked = panelsOf(approval.workflow).map(({ name }) => name);
  const wanted = [decision.workflow, ...(workflow.also ?? []).map(({ name }) => name)];
  const strange = wanted.find((name) => name !== undefined && !asked.includes(name));
  if (strange !== undefined)
    return `policy now wants the workflow "${strange}" to decide (rule "${decision.rule}")`;
  if (approval.status !== "approved") return undefined;
  const today = tally(workflow, approversOf(approval), approval.escalatedAt !== undefined);
  const open = today.find(({ missing }) => missing > 0)?.panel;
  return (
    open && `the workflow "${open.name}" now wants ${peopleOf(open)} to approve (rule "${decision.rule}")`
  );
}

function peopleOf({ approvers, quorum }: Panel): string {
  if (approvers.length > 0) return `${quorum} of ${approvers.join(", ")}`;
  return quorum === 1 ? "one person" : `${quorum} people`;
}
