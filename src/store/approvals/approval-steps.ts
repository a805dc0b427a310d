import type { Query } from "../db.ts";
import { APPROVAL_CHANNEL } from "../notify-channels.ts";
import { storeNow } from "../store-time.ts";
import { storable } from "./approval-rows.ts";

// Each step is one statement: it changes the row only if the row is still what the step needs it to be, by the
// store's time, and says so to whoever listens. clock_timestamp(), because now() stands still while a statement
// waits for a lock.
async function step(db: Query, change: string, params: readonly unknown[]): Promise<boolean> {
  const changed = await db.rows(
    `WITH changed AS (UPDATE approval AS a SET ${change} RETURNING a.id)
     SELECT id, pg_notify('${APPROVAL_CHANNEL}', id) FROM changed`,
    params,
  );
  return changed.length > 0;
}

/** pending → approved. */
export function approveApproval(tx: Query, id: string, by: string, reason?: string): Promise<boolean> {
  return step(
    tx,
    `status = 'approved', decided_at = clock_timestamp(), decided_by = $2, reason = $3
     WHERE a.id = $1 AND a.status = 'pending'`,
    [id, by, reason === undefined ? null : storable(reason)],
  );
}

/** pending → denied. */
export function denyApproval(tx: Query, id: string, by: string, reason?: string): Promise<boolean> {
  return step(
    tx,
    `status = 'denied', decided_at = clock_timestamp(), finished_at = clock_timestamp(), decided_by = $2, reason = $3
     WHERE a.id = $1 AND a.status = 'pending'`,
    [id, by, reason === undefined ? null : storable(reason)],
  );
}

/** Other arguments than the proposed ones are to run. */
export function editApproval(tx: Query, id: string, args: string, digest: string): Promise<boolean> {
  return step(tx, "effective_args = $2, effective_digest = $3 WHERE a.id = $1 AND a.status = 'pending'", [
    id,
    args,
    digest,
  ]);
}

/** Claim to run an approval: whose it is, the definition it was approved for, and the lease's length. */
export interface RunClaim {
  readonly id: string;
  readonly sessionId: string;
  readonly definitionDigest: string;
  readonly leaseMs: number;
}

/** approved → running, for one caller at most. */
export function runApproval(db: Query, claim: RunClaim): Promise<boolean> {
  return step(
    db,
    `status = 'running', started_at = clock_timestamp(), lease_until = ${storeNow()} + $4::float8 * interval '1 ms'
     WHERE a.id = $1 AND a.session_id = $2 AND a.definition_digest = $3
       AND a.status = 'approved' AND a.deadline > ${storeNow()}
       AND NOT EXISTS (SELECT FROM session s WHERE s.id = a.session_id AND s.frozen_at IS NOT NULL)`,
    [claim.id, claim.sessionId, claim.definitionDigest, claim.leaseMs],
  );
}

/** pending, approved → superseded. */
export function supersedeApproval(db: Query, id: string, reason: string): Promise<boolean> {
  return step(
    db,
    `status = 'superseded', finished_at = clock_timestamp(), reason = $2
     WHERE a.id = $1 AND a.status IN ('pending', 'approved')`,
    [id, storable(reason)],
  );
}

/** The same for all that a session has open. */
export async function supersedeSession(tx: Query, sessionId: string, reason: string): Promise<void> {
  await step(
    tx,
    `status = 'superseded', finished_at = clock_timestamp(), reason = $2
     WHERE a.status IN ('pending', 'approved')
       AND a.id IN (SELECT b.id FROM approval b WHERE b.session_id = $1 ORDER BY b.id FOR UPDATE)`,
    [sessionId, storable(reason)],
  );
}

/** End of a run, with the reply that its caller may come back for, or why there is none. */
export interface RunEnd {
  readonly id: string;
  readonly sessionId: string;
  readonly status: "executed" | "failed" | "unknown";
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
}

/** running → executed, failed or unknown; from `unknown` too, for the process that ran it still brings the truth. */
export function finishApproval(db: Query, end: RunEnd): Promise<boolean> {
  return step(
    db,
    `status = $3, finished_at = clock_timestamp(), outcome = $4,
       reason = coalesce($5, CASE WHEN a.status = 'unknown' THEN NULL ELSE a.reason END)
     WHERE a.id = $1 AND a.session_id = $2 AND a.status IN ('running', 'unknown') AND a.delivered_at IS NULL`,
    [
      end.id,
      end.sessionId,
      end.status,
      end.outcome ?? null,
      end.reason === undefined ? null : storable(end.reason),
    ],
  );
}

/** The caller has heard how it ended; the kept reply goes. */
export function deliverApproval(db: Query, id: string, sessionId: string): Promise<boolean> {
  return step(
    db,
    `delivered_at = clock_timestamp(), outcome = NULL
     WHERE a.id = $1 AND a.session_id = $2 AND a.delivered_at IS NULL
       AND a.status NOT IN ('pending', 'approved', 'running')`,
    [id, sessionId],
  );
}

/** The caller has been told "still waiting"; nobody waits on the row now. */
export function parkApproval(db: Query, id: string, sessionId: string): Promise<boolean> {
  return step(
    db,
    `parked_at = coalesce(a.parked_at, clock_timestamp()), lease_until = ${storeNow()}
     WHERE a.id = $1 AND a.session_id = $2 AND a.status IN ('pending', 'approved')`,
    [id, sessionId],
  );
}

/** pending, approved → cancelled, unless it is parked: that one only loses its waiter. */
export async function cancelApproval(
  db: Query,
  id: string,
  sessionId: string,
  reason: string,
): Promise<boolean> {
  await db.rows(
    `UPDATE approval SET lease_until = ${storeNow()}
     WHERE id = $1 AND session_id = $2 AND parked_at IS NOT NULL AND status IN ('pending', 'approved')`,
    [id, sessionId],
  );
  return step(
    db,
    `status = 'cancelled', finished_at = clock_timestamp(), reason = $3
     WHERE a.id = $1 AND a.session_id = $2 AND a.parked_at IS NULL AND a.status IN ('pending', 'approved')`,
    [id, sessionId, storable(reason)],
  );
}

/** The same for all that a session has open. */
export async function cancelSession(tx: Query, sessionId: string, reason: string): Promise<void> {
  await step(
    tx,
    `status = 'cancelled', finished_at = clock_timestamp(), reason = $2
     WHERE a.parked_at IS NULL AND a.status IN ('pending', 'approved')
       AND a.id IN (SELECT b.id FROM approval b WHERE b.session_id = $1 ORDER BY b.id FOR UPDATE)`,
    [sessionId, storable(reason)],
  );
}

/** pending → cancelled: nobody decided while its caller waited, and whoever came later could be anybody. */
export function dropApproval(db: Query, id: string, sessionId: string, reason: string): Promise<boolean> {
  return step(
    db,
    `status = 'cancelled', finished_at = clock_timestamp(), reason = $3
     WHERE a.id = $1 AND a.session_id = $2 AND a.status = 'pending'`,
    [id, sessionId, storable(reason)],
  );
}
