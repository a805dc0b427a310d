import type { Db, Query } from "../db.ts";
import { APPROVAL_CHANNEL } from "../notify-channels.ts";
import { keepTime, storeNow } from "../store-time.ts";

/** A change that only time made. */
export interface Swept {
  readonly id: string;
  readonly change: "expired" | "cancelled" | "unknown" | "escalated";
}

const OPEN = "a.status IN ('pending', 'approved')";

/**
 * Does what time asks for, to one approval or to all: open past the deadline → expired; open, not parked and the
 * caller's lease dead → cancelled; running with a dead lease → unknown; pending past its time to escalate → escalated.
 */
export async function sweepApprovals(db: Db, id?: string): Promise<readonly Swept[]> {
  await keepTime(db);
  // Rows that somebody else has locked are being changed right now; ordered locks keep two sweeps from a deadlock.
  return db.rows<Swept>(
    `WITH clock AS MATERIALIZED (SELECT ${storeNow()} AS t), due AS (
       SELECT a.id FROM approval a, clock
       WHERE ($1::text IS NULL OR a.id = $1) AND (
         (${OPEN} AND (a.deadline <= t OR (a.parked_at IS NULL AND a.lease_until <= t)))
         OR (a.status = 'running' AND a.lease_until <= t)
         OR (a.status = 'pending' AND a.escalated_at IS NULL AND a.escalate_at <= t))
       ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
     ), changed AS (
       UPDATE approval AS a SET
         status = ${caseOf("'unknown'", "'expired'", "'cancelled'", "a.status")},
         reason = ${caseOf(
           "'the process that ran it ended before the outcome was known'",
           "'nobody decided in time'",
           "'the caller went away'",
           "a.reason",
         )},
         finished_at = ${caseOf("t", "t", "t", "a.finished_at")},
         escalated_at = ${caseOf("a.escalated_at", "a.escalated_at", "a.escalated_at", "t")}
       FROM due, clock WHERE a.id = due.id RETURNING a.id, a.status)
     SELECT id, CASE status WHEN 'pending' THEN 'escalated' ELSE status END AS change,
       pg_notify('${APPROVAL_CHANNEL}', id) FROM changed ORDER BY id`,
    [id ?? null],
  );
}

function caseOf(dead: string, overdue: string, abandoned: string, escalating: string): string {
  return `CASE WHEN a.status = 'running' THEN ${dead} WHEN a.deadline <= t THEN ${overdue}
    WHEN a.parked_at IS NULL AND a.lease_until <= t THEN ${abandoned} ELSE ${escalating} END`;
}

// A lease that was renewed less than a quarter of its length ago is left alone: one more write would only cost.
const isStale = (ms: string) =>
  `lease_until NOT BETWEEN ${storeNow()} + ${ms} * interval '0.75 ms' AND ${storeNow()} + ${ms} * interval '1 ms'`;

/** One process's sign of life: for its session, and for the approvals it waits for or runs. */
export async function renewLeases(
  db: Query,
  lease: {
    readonly sessionId: string;
    readonly sessionMs: number;
    readonly ids: readonly string[];
    /** Those of them that this process itself runs; whoever only waits for a run does not know whether it lives. */
    readonly running: readonly string[];
    readonly ms: number;
  },
): Promise<void> {
  await db.rows(
    `WITH alive AS (
       UPDATE session SET lease_until = ${storeNow()} + $2::float8 * interval '1 ms'
       WHERE id = $1 AND ${isStale("$2::float8")})
     UPDATE approval SET lease_until = ${storeNow()} + $4::float8 * interval '1 ms'
     WHERE (status IN ('pending', 'approved') OR status = 'running' AND id = ANY($5::text[])) AND session_id = $1
       AND id IN (SELECT id FROM approval WHERE id = ANY($3::text[]) AND ${isStale("$4::float8")}
         ORDER BY id FOR UPDATE)`,
    [lease.sessionId, lease.sessionMs, lease.ids, lease.ms, lease.running],
  );
}
