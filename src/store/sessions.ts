import { known, storable } from "./approval-rows.ts";
import type { Db, Query } from "./db.ts";
import { keepTime, storeNow } from "./store-time.ts";
import { STANDING_CHANNEL } from "./wake.ts";

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
  readonly leaseMs: number;
}

/** Writes a session down, or says that it lives on. A freeze stays. */
export async function registerSession(db: Db, session: NewSession): Promise<void> {
  await keepTime(db);
  await db.rows(
    `INSERT INTO session (id, kind, client, client_version, "user", host, pid, cwd, lease_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${storeNow()} + $9::float8 * interval '1 ms')
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
    ],
  );
}

export async function endSession(db: Query, id: string): Promise<void> {
  await db.rows(
    `WITH ended AS (UPDATE session SET ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = $1 RETURNING id)
     SELECT id, pg_notify('${STANDING_CHANNEL}', id) FROM ended`,
    [id],
  );
}

/** What a listing of sessions shows. */
export interface SessionRecord {
  readonly id: string;
  readonly kind: string;
  readonly client: string;
  readonly clientVersion: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly cwd: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly frozenAt?: Date;
  readonly frozenBy?: string;
  /** Approvals by status. */
  readonly counts: Readonly<Record<string, number>>;
}

interface SessionSqlRow {
  readonly id: string;
  readonly kind: string;
  readonly client: string;
  readonly client_version: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly cwd: string;
  readonly started_at: Date;
  readonly gone_at: Date | null;
  readonly frozen_at: Date | null;
  readonly frozen_by: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

// A process that shows no sign of life has ended when its last promise did.
const GONE_AT = `coalesce(s.ended_at, CASE WHEN s.lease_until <= ${storeNow("now()")} THEN s.lease_until END)`;

const SELECT = `SELECT s.id, s.kind, s.client, s.client_version, s."user", s.host, s.pid, s.cwd, s.started_at,
    ${GONE_AT} AS gone_at, s.frozen_at, s.frozen_by,
    (SELECT coalesce(json_object_agg(c.status, c.number), '{}')
     FROM (SELECT a.status, count(*) AS number FROM approval a WHERE a.session_id = s.id GROUP BY a.status) c) AS counts
  FROM session s`;

function readSessionRow(row: SessionSqlRow): SessionRecord {
  return {
    id: row.id,
    kind: row.kind,
    client: row.client,
    clientVersion: row.client_version,
    user: row.user,
    host: row.host,
    pid: row.pid,
    cwd: row.cwd,
    startedAt: row.started_at,
    counts: row.counts,
    ...known({ endedAt: row.gone_at, frozenAt: row.frozen_at, frozenBy: row.frozen_by }),
  };
}

/** Sessions that live, or all there ever were; oldest first. */
export async function listSessions(db: Query, all: boolean): Promise<SessionRecord[]> {
  const rows = await db.rows<SessionSqlRow>(
    `${SELECT} WHERE $1 OR ${GONE_AT} IS NULL ORDER BY s.started_at, s.id`,
    [all],
  );
  return rows.map(readSessionRow);
}

export async function findSession(db: Query, id: string): Promise<SessionRecord | undefined> {
  const rows = await db.rows<SessionSqlRow>(`${SELECT} WHERE s.id = $1`, [id]);
  return rows[0] && readSessionRow(rows[0]);
}

/** Freezes a session, or thaws it; who froze it first stays on record until then. */
export async function setFrozen(tx: Query, id: string, by: string | undefined): Promise<boolean> {
  const rows = await tx.rows(
    `WITH changed AS (
       UPDATE session SET
         frozen_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(frozen_at, clock_timestamp()) END,
         frozen_by = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(frozen_by, $2) END
       WHERE id = $1 RETURNING id)
     SELECT id, pg_notify('${STANDING_CHANNEL}', id) FROM changed`,
    [id, by ?? null],
  );
  return rows.length > 0;
}
