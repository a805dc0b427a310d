import type { Db, Query } from "./db.ts";

/** Whose login, and where: a token goes to no other address. */
export interface LoginKey {
  readonly user: string;
  readonly url: string;
}

/** A login; `version` grows with each change of it. */
export interface LoginRow {
  readonly sealed: string;
  readonly version: number;
}

export async function readLogin(db: Query, { user, url }: LoginKey): Promise<LoginRow | undefined> {
  const sql = 'SELECT sealed, version FROM server_login WHERE "user" = $1 AND url = $2';
  return (await db.rows<LoginRow>(sql, [user, url]))[0];
}

/** Keeps a login in place of what was there, and ends whatever claim there was on its renewal. */
export async function saveLogin(db: Query, { user, url }: LoginKey, sealed: string): Promise<void> {
  await db.rows(
    `INSERT INTO server_login ("user", url, sealed) VALUES ($1, $2, $3)
     ON CONFLICT ("user", url) DO UPDATE SET sealed = excluded.sealed, version = server_login.version + 1,
       renewer = NULL, renewer_until = NULL, updated_at = clock_timestamp()`,
    [user, url, sealed],
  );
}

/** False when there was none. */
export async function forgetLogin(db: Db, { user, url }: LoginKey): Promise<boolean> {
  const { serverLogin } = await db.prisma();
  const { count } = await serverLogin.deleteMany({ where: { user, url } });
  return count > 0;
}

/** Who wants to renew which version, and how long nobody else shall try. */
export interface RenewalClaim extends LoginKey {
  readonly version: number;
  readonly renewer: string;
  readonly forMs: number;
}

/**
 * True for the one that may renew this version of a login. It is a claim that runs out and no lock that is held: the
 * embedded store serves one transaction at a time, and a renewal waits for somebody else's server.
 */
export async function claimRenewal(db: Query, claim: RenewalClaim): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE server_login
     SET renewer = $4, renewer_until = clock_timestamp() + $5::float8 * interval '1 ms'
     WHERE "user" = $1 AND url = $2 AND version = $3
       AND (renewer IS NULL OR renewer_until < clock_timestamp())
     RETURNING version`,
    [claim.user, claim.url, claim.version, claim.renewer, claim.forMs],
  );
  return rows.length > 0;
}

/** Lets others try a renewal that did not come about. */
export async function endRenewal(db: Query, { user, url }: LoginKey, renewer: string): Promise<void> {
  await db.rows(
    'UPDATE server_login SET renewer = NULL, renewer_until = NULL WHERE "user" = $1 AND url = $2 AND renewer = $3',
    [user, url, renewer],
  );
}
