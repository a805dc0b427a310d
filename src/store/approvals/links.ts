import type { Db, Query } from "../db.ts";
import { keepTime, storeNow } from "../store-time.ts";

// Found by the hash of the token and never by the token: what an index look-up's time tells about a hash of 256
// random bits helps nobody to guess them.
const USABLE = `token_hash = $1 AND approval_id = $2 AND used_at IS NULL AND expires_at > ${storeNow()}`;

/** A link that can decide one approval once. */
export interface NewLink {
  readonly tokenHash: string;
  readonly approvalId: string;
  readonly decider: string;
  readonly ttlMs: number;
}

export async function insertLink(db: Query, link: NewLink): Promise<void> {
  await db.rows(
    `INSERT INTO decision_link (token_hash, approval_id, decider, expires_at)
     VALUES ($1, $2, $3, ${storeNow("now()")} + $4::float8 * interval '1 ms')`,
    [link.tokenHash, link.approvalId, link.decider, link.ttlMs],
  );
}

/** Who may decide with this link, if it can still be used. */
export async function readLink(db: Db, tokenHash: string, approvalId: string): Promise<string | undefined> {
  await keepTime(db);
  const rows = await db.rows<{ readonly decider: string }>(
    `SELECT decider FROM decision_link WHERE ${USABLE}`,
    [tokenHash, approvalId],
  );
  return rows[0]?.decider;
}

/** Uses a link up, for one user at most. */
export async function useLink(tx: Query, tokenHash: string, approvalId: string): Promise<string | undefined> {
  const rows = await tx.rows<{ readonly decider: string }>(
    `UPDATE decision_link SET used_at = clock_timestamp() WHERE ${USABLE} RETURNING decider`,
    [tokenHash, approvalId],
  );
  return rows[0]?.decider;
}
