import type { Approval } from "#model";
import { type Db, runApproval, supersedeApproval } from "#store";
import { look } from "./look.ts";
import type { Begun, Standing } from "./types.ts";

/** Who wants to run what. */
export interface Beginning {
  readonly db: Db;
  readonly id: string;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly standing: Standing;
}

/** approved → running, if everything that was approved still stands; else the approval as it is now. */
export async function begin(beginning: Beginning): Promise<Begun> {
  const { db, id, sessionId, leaseMs, standing } = beginning;
  const before = await look(db, id);
  const objection = objectionTo(before, standing);
  if (objection !== undefined) {
    await supersedeApproval(db, id, objection);
    return { run: false, approval: await look(db, id) };
  }
  const { definitionDigest } = standing;
  const run = await runApproval(db, { id, sessionId, definitionDigest, leaseMs });
  return { run, approval: await look(db, id) };
}

/** Why what a person approved may not run any more. */
function objectionTo(approval: Approval, { definitionDigest, decision }: Standing): string | undefined {
  if (approval.definitionDigest !== definitionDigest)
    return "the tool's definition changed since it was asked";
  if (decision.action === "deny")
    return `policy now denies it (rule "${decision.rule}")${decision.reason ? `: ${decision.reason}` : ""}`;
  // An edit, or a policy of today, may belong to other people than those who approved.
  const { workflow } = decision;
  if (decision.action === "ask" && workflow !== undefined && workflow !== approval.workflow.name)
    return `policy now wants the workflow "${workflow}" to decide (rule "${decision.rule}")`;
  return undefined;
}
