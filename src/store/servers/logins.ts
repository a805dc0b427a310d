import type { Db, Query } from "../db.ts";
import { createRowLeases, type SqlPart } from "../row-leases.ts";

/** User and address that a login is for: a token goes to no other address. */
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

/** Keeps a login in place of what was there, and ends whatever lease there was of its renewal. */
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

const leases = createRowLeases({
  table: "server_login",
  key: ['"user"', "url"],
  owner: "renewer",
  until: "renewer_until",
});

/** Lease of the renewal of one version of a login. */
export interface RenewalLease extends LoginKey {
  readonly version: number;
  /** A name that nobody else has. */
  readonly renewer: string;
  readonly forMs: number;
}

/** True for the one that may renew this version of a login. */
export async function leaseRenewal(db: Query, lease: RenewalLease): Promise<boolean> {
  const { user, url, version, renewer, forMs } = lease;
  const where: SqlPart = (bind) => `version = ${bind(version)}`;
  const wanted = { key: [user, url], owner: renewer, forMs };
  return (await leases.acquire(db, wanted, { where })) !== undefined;
}

/** Lets others try a renewal that did not come about. */
export function releaseRenewal(db: Query, { user, url }: LoginKey, renewer: string): Promise<void> {
  return leases.release(db, { key: [user, url], owner: renewer });
}
