import type { Approval } from "#model";
import type { Query } from "../db.ts";
import { storeNow } from "../store-time.ts";
import { APPROVAL_COLUMNS, APPROVAL_TABLES, type ApprovalRow, readApprovalRow } from "./approval-rows.ts";

/** Features that a repeated call must have in common with the question that was parked. */
export interface RedeemKey {
  readonly server: string;
  readonly tool: string;
  readonly argsDigest: string;
  readonly sessionId: string;
}

/** A parked approval that a repeated call might pick up. */
export interface Redeemable {
  readonly approval: Approval;
  readonly sessionKind: string;
  readonly host: string;
  readonly pid: number;
  /** Whether the session that holds it has ended, or shows no sign of life. */
  readonly isOrphan: boolean;
  /** JSON text of the reply that was never delivered. */
  readonly outcome?: string;
}

// An outcome that nobody fetched for so long is no answer to a call of today.
const KEPT = "interval '24 hours'";

/** Whether there may be anything to redeem; asked before the lock is taken. */
export async function mayRedeem(db: Query, key: RedeemKey): Promise<boolean> {
  const rows = await db.rows(
    `SELECT id FROM approval
     WHERE server = $1 AND tool = $2 AND proposed_digest = $3 AND parked_at IS NOT NULL AND delivered_at IS NULL
     LIMIT 1`,
    [key.server, key.tool, key.argsDigest],
  );
  return rows.length > 0;
}

/** One redeemer of the same arguments at a time, until the transaction ends. */
export async function lockRedeeming(tx: Query, key: RedeemKey): Promise<void> {
  await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `preloop redeem ${key.server} ${key.tool} ${key.argsDigest}`,
  ]);
}

/** Parked and undelivered approvals of the same call: those nobody waits on first, then the caller's own, then by age. */
export async function listRedeemable(tx: Query, key: RedeemKey): Promise<Redeemable[]> {
  const rows = await tx.rows<
    ApprovalRow & {
      readonly kind: string;
      readonly host: string;
      readonly pid: number;
      readonly orphan: boolean;
      readonly outcome: string | null;
    }
  >(
    `SELECT ${APPROVAL_COLUMNS}, a.outcome, s.kind, s.host, s.pid,
       s.ended_at IS NOT NULL OR s.lease_until <= ${storeNow()} AS orphan
     FROM ${APPROVAL_TABLES}
     WHERE a.server = $1 AND a.tool = $2 AND a.proposed_digest = $3
       AND a.parked_at IS NOT NULL AND a.delivered_at IS NULL AND a.status <> 'cancelled'
       AND (a.finished_at IS NULL OR a.finished_at > ${storeNow()} - ${KEPT})
     ORDER BY a.status IN ('pending', 'approved', 'running') AND a.lease_until > ${storeNow()},
       a.session_id <> $4, a.created_at, a.id`,
    [key.server, key.tool, key.argsDigest, key.sessionId],
  );
  return rows.map((row) => ({
    approval: readApprovalRow(row),
    sessionKind: row.kind,
    host: row.host,
    pid: row.pid,
    isOrphan: row.orphan,
    ...(row.outcome !== null && { outcome: row.outcome }),
  }));
}

/** The approval belongs to this session from here on, and is waited on. */
export async function adoptApproval(
  tx: Query,
  id: string,
  sessionId: string,
  leaseMs: number,
): Promise<void> {
  await tx.rows(
    `UPDATE approval SET session_id = $2, lease_until = CASE WHEN status = 'running' THEN lease_until
       ELSE ${storeNow()} + $3::float8 * interval '1 ms' END
     WHERE id = $1`,
    [id, sessionId, leaseMs],
  );
}
