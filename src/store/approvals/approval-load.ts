import type { Query } from "../db.ts";
import { storeNow } from "../store-time.ts";

/** Questions that wait for people or for their call, and the bytes that agents wrote in them. */
export interface QuestionLoad {
  readonly questions: number;
  readonly bytes: number;
}

/** One asker of the session's user at a time, in whatever process, until the transaction ends. */
export async function lockAsking(tx: Query, sessionId: string): Promise<void> {
  await tx.rows(
    `SELECT pg_advisory_xact_lock(hashtextextended('preloop ask ' || "user", 0)) FROM session WHERE id = $1`,
    [sessionId],
  );
}

/** What a session has open, and what all sessions of its user have. */
export async function readQuestionLoad(
  tx: Query,
  sessionId: string,
): Promise<{ readonly session: QuestionLoad; readonly user: QuestionLoad }> {
  // What is overdue or abandoned is open until somebody looks, and takes nobody's room any more.
  const [row] = await tx.rows<Record<"session" | "session_bytes" | "all" | "all_bytes", number>>(
    `SELECT count(*)::int AS all, coalesce(sum(o.bytes), 0)::float8 AS all_bytes,
       (count(*) FILTER (WHERE o.session_id = $1))::int AS session,
       coalesce(sum(o.bytes) FILTER (WHERE o.session_id = $1), 0)::float8 AS session_bytes
     FROM (SELECT a.session_id, octet_length(a.proposed_args) + coalesce(octet_length(a.justification), 0) AS bytes
       FROM approval a JOIN session s ON s.id = a.session_id
       WHERE a.status IN ('pending', 'approved') AND a.deadline > ${storeNow()}
         AND (a.parked_at IS NOT NULL OR a.lease_until > ${storeNow()})
         AND s."user" = (SELECT t."user" FROM session t WHERE t.id = $1)) o`,
    [sessionId],
  );
  return {
    session: { questions: row!.session, bytes: row!.session_bytes },
    user: { questions: row!.all, bytes: row!.all_bytes },
  };
}
