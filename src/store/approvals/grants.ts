import * as z from "zod";
import type { Grant, GrantScope } from "#model";
import type { Db, Query } from "../db.ts";
import { GRANT_CHANNEL } from "../notify-channels.ts";
import { keepTime, storeNow } from "../store-time.ts";
import { known } from "./approval-rows.ts";
import { FROZEN_ADDRESSES } from "./sessions.ts";

interface GrantRow {
  readonly id: string;
  readonly scope: GrantScope;
  readonly server: string;
  readonly tool: string;
  readonly definition_digest: string;
  readonly workflow: string;
  readonly arguments_digest: string | null;
  readonly pattern: unknown;
  readonly session_id: string | null;
  readonly user: string;
  readonly until: Date | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly uses: number;
}

const COLUMNS = `id, scope, server, tool, definition_digest, workflow, arguments_digest, pattern, session_id, "user",
  until,
  created_by, created_at, revoked_at, uses`;

// A grant for a session ends with the session.
const LIVE = `revoked_at IS NULL AND (until IS NULL OR until > ${storeNow("now()")})
  AND (session_id IS NULL OR EXISTS (SELECT FROM session s WHERE s.id = session_id AND s.ended_at IS NULL))`;

const pattern = z.record(z.string(), z.string());

function readGrantRow(row: GrantRow): Grant {
  return {
    id: row.id,
    scope: row.scope,
    server: row.server,
    tool: row.tool,
    definitionDigest: row.definition_digest,
    workflow: row.workflow,
    user: row.user,
    createdBy: row.created_by,
    createdAt: row.created_at,
    uses: row.uses,
    ...known({
      argumentsDigest: row.arguments_digest,
      pattern: row.pattern === null ? null : pattern.parse(row.pattern),
      sessionId: row.session_id,
      until: row.until,
      revokedAt: row.revoked_at,
    }),
  };
}

/** A grant as it is given. */
export interface NewGrant {
  readonly id: string;
  readonly scope: GrantScope;
  readonly server: string;
  readonly tool: string;
  readonly definitionDigest: string;
  readonly workflow: string;
  readonly argumentsDigest?: string | undefined;
  readonly pattern?: Readonly<Record<string, string>> | undefined;
  readonly sessionId?: string | undefined;
  readonly user: string;
  readonly forMs?: number | undefined;
  readonly createdBy: string;
}

/** Writes a grant. False when its id is taken. */
export async function insertGrant(tx: Query, grant: NewGrant): Promise<boolean> {
  const rows = await tx.rows(
    `WITH added AS (
       INSERT INTO "grant" (id, scope, server, tool, definition_digest, arguments_digest, pattern, session_id, "user",
         until, created_by, workflow)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, ${storeNow("now()")} + $10::float8 * interval '1 ms', $11, $12)
       ON CONFLICT (id) DO NOTHING RETURNING id)
     SELECT id, pg_notify('${GRANT_CHANNEL}', id) FROM added`,
    [
      grant.id,
      grant.scope,
      grant.server,
      grant.tool,
      grant.definitionDigest,
      grant.argumentsDigest ?? null,
      grant.pattern === undefined ? null : JSON.stringify(grant.pattern),
      grant.sessionId ?? null,
      grant.user,
      grant.forMs ?? null,
      grant.createdBy,
      grant.workflow,
    ],
  );
  return rows.length > 0;
}

/** The grants that hold, or all there ever were; oldest first. */
export async function listGrants(db: Query, all: boolean): Promise<Grant[]> {
  const rows = await db.rows<GrantRow>(
    `SELECT ${COLUMNS} FROM "grant" WHERE $1 OR (${LIVE}) ORDER BY created_at, id`,
    [all],
  );
  return rows.map(readGrantRow);
}

/** Ends a grant, once; undefined when there is none of that id. */
export async function revokeGrant(db: Query, id: string, by: string): Promise<Grant | undefined> {
  await db.rows(
    `WITH ended AS (UPDATE "grant" SET revoked_at = now(), revoked_by = $2
       WHERE id = $1 AND revoked_at IS NULL RETURNING id)
     SELECT id, pg_notify('${GRANT_CHANNEL}', id) FROM ended`,
    [id, by],
  );
  const rows = await db.rows<GrantRow>(`SELECT ${COLUMNS} FROM "grant" WHERE id = $1`, [id]);
  return rows[0] && readGrantRow(rows[0]);
}

export async function addGrantUses(db: Query, id: string, uses: number): Promise<void> {
  await db.rows(`UPDATE "grant" SET uses = uses + $2::int WHERE id = $1`, [id, uses]);
}

/** Rows of what holds right now, with the store's time to measure `until` by. */
export interface LiveGrantRows {
  readonly now: Date;
  readonly grants: readonly Grant[];
  readonly frozen: readonly string[];
  readonly frozenAddresses: readonly { readonly address: string; readonly host: string }[];
}

export async function readLiveGrants(db: Db): Promise<LiveGrantRows> {
  await keepTime(db);
  const grants = await listGrants(db, false);
  const [row] = await db.rows<Omit<LiveGrantRows, "grants">>(
    `SELECT ${storeNow("now()")} AS now, (SELECT coalesce(json_agg(id), '[]') FROM session WHERE frozen_at IS NOT NULL) AS frozen,
       (SELECT coalesce(json_agg(json_build_object('address', f.address, 'host', f.host)), '[]')
        FROM (${FROZEN_ADDRESSES}) f) AS "frozenAddresses"`,
  );
  return { ...row!, grants };
}
