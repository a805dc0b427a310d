import type { Db, Query } from "../db.ts";
import type { Prisma, Session } from "../generated/client.ts";
import { GRANT_CHANNEL } from "../notify-channels.ts";
import { keepTime, readStoreTime, storeNow } from "../store-time.ts";
import { known, storable } from "./approval-rows.ts";

/** Addresses whose clients a person has frozen: of those that nothing but a claim tells apart, all at once. */
export const FROZEN_ADDRESSES = `SELECT address, host, min(frozen_at) AS frozen_at, min(frozen_by) AS frozen_by
  FROM session WHERE is_claimed AND frozen_at IS NOT NULL GROUP BY address, host`;

/** A session as its process makes it known. */
export interface NewSession {
  readonly id: string;
  readonly kind: string;
  readonly client: string;
  readonly clientVersion: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly cwd: string;
  readonly address?: string | undefined;
  readonly isClaimed?: boolean | undefined;
  readonly leaseMs: number;
}

/**
 * Writes a session down, or says that it lives on. A freeze stays, and one of its address holds for it from the start:
 * whoever was frozen by the name it gave itself may have come back by another.
 */
export async function registerSession(db: Db, session: NewSession): Promise<void> {
  await keepTime(db);
  await db.rows(
    `INSERT INTO session (id, kind, client, client_version, "user", host, pid, cwd, lease_until, address, is_claimed,
       frozen_at, frozen_by)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, ${storeNow()} + $9::float8 * interval '1 ms', $10, $11,
       f.frozen_at, f.frozen_by
     FROM (SELECT 1) AS one LEFT JOIN (${FROZEN_ADDRESSES}) f ON f.address = $10 AND f.host = $6
     ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until, ended_at = NULL`,
    [
      session.id,
      session.kind,
      storable(session.client),
      storable(session.clientVersion),
      session.user,
      session.host,
      session.pid,
      storable(session.cwd),
      session.leaseMs,
      session.address ?? null,
      session.isClaimed ?? false,
    ],
  );
}

export async function endSession(db: Query, id: string): Promise<void> {
  await db.rows(
    `WITH ended AS (UPDATE session SET ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = $1 RETURNING id)
     SELECT id, pg_notify('${GRANT_CHANNEL}', id) FROM ended`,
    [id],
  );
}

/** Session as a listing shows it. */
export interface SessionRecord {
  readonly id: string;
  readonly kind: string;
  readonly client: string;
  readonly clientVersion: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly cwd: string;
  /** Over HTTP, where its requests come from. */
  readonly address?: string;
  /** Set where a name is all that tells its requests from others of that address: a freeze holds for the address. */
  readonly isClaimed?: true;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly frozenAt?: Date;
  readonly frozenBy?: string;
  /** Approvals by status. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Sessions that live, or all there ever were; oldest first. */
export async function listSessions(db: Db, all: boolean): Promise<SessionRecord[]> {
  const now = await readStoreTime(db);
  const found = await readSessions(db, all ? {} : { endedAt: null, leaseUntil: { gt: now } }, now);
  return all ? found : found.filter(({ endedAt }) => endedAt === undefined);
}

export async function findSession(db: Db, id: string): Promise<SessionRecord | undefined> {
  return (await readSessions(db, { id }, await readStoreTime(db)))[0];
}

async function readSessions(db: Db, where: Prisma.SessionWhereInput, now: Date): Promise<SessionRecord[]> {
  const { session, approval } = await db.prisma();
  const rows = await session.findMany({ where, orderBy: [{ startedAt: "asc" }, { id: "asc" }] });
  const counted = await approval.groupBy({
    by: ["sessionId", "status"],
    where: { session: where },
    orderBy: { status: "asc" },
    _count: true,
  });
  const counts = new Map(rows.map(({ id }) => [id, {} as Record<string, number>]));
  for (const { sessionId, status, _count } of counted) {
    const ofSession = counts.get(sessionId);
    // A session may have come between the two reads.
    if (ofSession) ofSession[status] = _count;
  }
  return rows.map((row) => readSessionRow(row, counts.get(row.id)!, now));
}

function readSessionRow(row: Session, counts: SessionRecord["counts"], now: Date): SessionRecord {
  return {
    id: row.id,
    kind: row.kind,
    client: row.client,
    clientVersion: row.clientVersion,
    user: row.user,
    host: row.host,
    pid: row.pid,
    cwd: row.cwd,
    startedAt: row.startedAt,
    counts,
    ...(row.isClaimed && { isClaimed: true as const }),
    ...known({
      address: row.address,
      // A process that shows no sign of life has ended when its last promise did.
      endedAt: row.endedAt ?? (row.leaseUntil <= now ? row.leaseUntil : null),
      frozenAt: row.frozenAt,
      frozenBy: row.frozenBy,
    }),
  };
}

/** Who has frozen a session; undefined for one that may call. */
export async function readFreeze(db: Query, id: string): Promise<string | undefined> {
  const sql = "SELECT frozen_by FROM session WHERE id = $1 AND frozen_at IS NOT NULL";
  return (await db.rows<{ readonly frozen_by: string }>(sql, [id]))[0]?.frozen_by;
}

/**
 * Freezes a session, or thaws it, and with one that is only a claim all claims of its address; who froze it first stays
 * on record until then. Returns whose state it is now.
 */
export async function setFrozen(tx: Query, id: string, by: string | undefined): Promise<string[]> {
  const rows = await tx.rows<{ readonly id: string }>(
    `WITH changed AS (
       UPDATE session AS s SET
         frozen_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(s.frozen_at, clock_timestamp()) END,
         frozen_by = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(s.frozen_by, $2) END
       FROM session t WHERE t.id = $1
         AND (s.id = t.id OR (t.is_claimed AND s.is_claimed AND s.address = t.address AND s.host = t.host))
       RETURNING s.id)
     SELECT id, pg_notify('${GRANT_CHANNEL}', id) FROM changed`,
    [id, by ?? null],
  );
  return rows.map((row) => row.id);
}
