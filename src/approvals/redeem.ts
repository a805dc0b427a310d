import { isAlive } from "#base";
import { type Approval, argumentsDigestOf, isFinal, isOpen, type ToolCall, titleOf } from "#model";
import {
  adoptApproval,
  type Db,
  deliverApproval,
  listRedeemable,
  lockRedeeming,
  mayRedeem,
  type Query,
  type Redeemable,
  type RedeemKey,
  supersedeApproval,
  sweepApprovals,
} from "#store";
import type { Heartbeat } from "./heartbeat.ts";
import { readOutcome } from "./outcome.ts";
import type { Redeemed } from "./types.ts";

/** The process that redeems. */
export interface Redeemer {
  readonly db: Db;
  readonly heartbeat: Heartbeat;
  readonly kind: string;
  readonly host: string;
  readonly leaseMs: number;
}

/** A parked approval that this call may pick up, taken over by its session; oldest first, those in use last. */
export async function redeem(call: ToolCall, redeemer: Redeemer): Promise<Redeemed | undefined> {
  const { db, heartbeat, leaseMs } = redeemer;
  const key: RedeemKey = {
    server: call.server,
    tool: titleOf(call),
    argsDigest: argumentsDigestOf(call),
    sessionId: call.session.id,
  };
  if (!(await mayRedeem(db, key))) return undefined;
  await heartbeat.renew();
  await sweepApprovals(db);
  return db.transaction(async (tx) => {
    // Two redeemers at once would both find the oldest, and leave the second of two approvals behind.
    await lockRedeeming(tx, key);
    const found = (await listRedeemable(tx, key)).filter((row) => isMine(row, call, redeemer));
    const current = await dropChanged(tx, found, call);
    const pick = current[0];
    if (!pick) return undefined;
    await adoptApproval(tx, pick.approval.id, key.sessionId, leaseMs);
    return redeemed({ ...pick.approval, session: call.session }, pick.outcome);
  });
}

function redeemed(approval: Approval, outcome: string | undefined): Redeemed {
  if (!isFinal(approval.status)) return { kind: "open", approval };
  return { kind: "final", approval, ...(outcome !== undefined && { outcome: readOutcome(outcome) }) };
}

/** The same session's, or that of a process that spoke for the same client, user and directory and is gone. */
function isMine(row: Redeemable, { session }: ToolCall, redeemer: Redeemer): boolean {
  const asked = row.approval.session;
  if (asked.id === session.id) return true;
  const isSamePlace = row.sessionKind === "stdio" && redeemer.kind === "stdio" && row.host === redeemer.host;
  const isSameCaller =
    asked.client === session.client && asked.cwd === session.cwd && asked.user === session.user;
  // On the same host the kernel knows sooner than a lease whether a process is gone.
  return isSamePlace && isSameCaller && (row.isOrphan || !isAlive(row.pid));
}

/** A tool that changed is another tool: what was asked about the old one is void, and the caller asks anew. */
async function dropChanged(
  tx: Query,
  rows: readonly Redeemable[],
  call: ToolCall,
): Promise<readonly Redeemable[]> {
  const changed = rows.filter(
    ({ approval }) => isOpen(approval.status) && approval.definitionDigest !== call.definitionDigest,
  );
  for (const { approval } of changed) {
    await supersedeApproval(tx, approval.id, "the tool's definition changed since it was asked");
    await deliverApproval(tx, approval.id, approval.session.id);
  }
  return rows.filter((row) => !changed.includes(row));
}
