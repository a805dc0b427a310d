import { PreloopError } from "#base";
import { compareBytes, known, storable } from "../approvals/approval-rows.ts";
import type { Db, Query } from "../db.ts";
import { createRowLeases, type Lease, type SqlPart } from "../row-leases.ts";
import { readStoreTime } from "../store-time.ts";

/** Name of a project, among those of its tracker. */
export interface ProjectKey {
  readonly tracker: string;
  readonly project: string;
}

/**
 * Phase of a full run that is still to be done: everything is read anew, then it is looked for what is gone. `refused`
 * when implausibly much was gone at the last look.
 */
export type SweepPhase = "walk" | "list" | "refused";

/** State of the reading of a project. */
export interface ProjectRow extends ProjectKey {
  readonly kind: string;
  readonly cursor?: string;
  readonly sweep?: SweepPhase;
  /** When it was last read to its end. */
  readonly syncedAt?: Date;
  /** When what is gone was last looked for. */
  readonly sweptAt?: Date;
  readonly failedAt?: Date;
  /** Since the last run that ended well. */
  readonly lastError?: string;
  /** Who reads it now, by its own name; a dead one's lease runs out. */
  readonly reader?: string;
}

const leases = createRowLeases({
  table: "project",
  key: ["tracker", "project"],
  owner: "lease_owner",
  until: "lease_until",
});

const COLUMNS = `tracker, project, kind, cursor, sweep, synced_at AS "syncedAt", swept_at AS "sweptAt",
  failed_at AS "failedAt", last_error AS "lastError",
  ${leases.holder} AS reader`;

/** Every project that was ever read, by tracker and name. */
export async function listProjectRows(db: Db): Promise<ProjectRow[]> {
  const { project } = await db.prisma();
  const now = await readStoreTime(db, "clock_timestamp()");
  const rows = await project.findMany();
  return rows
    .map(({ leaseOwner, leaseUntil, ...row }) => {
      const isRead = leaseUntil !== null && leaseUntil > now;
      return known({ ...row, reader: isRead ? leaseOwner : null }) as ProjectRow;
    })
    .sort((a, b) => compareBytes(a.tracker, b.tracker) || compareBytes(a.project, b.project));
}

/** Lease of a project: nobody else reads it. */
export interface ProjectLease extends ProjectKey {
  /** A name that nobody else has. */
  readonly owner: string;
  /** How long it holds without another word. */
  readonly forMs: number;
}

/** The project, for the one that may read it now; with somebody else's name as its reader, for all others. */
export async function leaseProject(
  db: Query,
  lease: ProjectLease & {
    readonly kind: string;
    /** A reader that is known to be dead. */
    readonly dead?: string;
  },
): Promise<ProjectRow> {
  const { tracker, project, kind, dead } = lease;
  await db.rows("INSERT INTO project (tracker, project, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
    tracker,
    project,
    kind,
  ]);
  const row =
    (await leases.acquire<ProjectRow>(db, rowLease(lease), {
      heirOf: dead,
      set: beginAnewAs(kind),
      returning: COLUMNS,
    })) ?? (await readProject(db, lease));
  // Between the two looks the other reader may have ended; for this run it was still there.
  return known({ reader: "another process", ...known(row) }) as ProjectRow;
}

const rowLease = ({ tracker, project, owner, forMs }: ProjectLease): Lease => ({
  key: [tracker, project],
  owner,
  forMs,
});

// A name that belongs to another vendor by now has another vendor's cursor.
function beginAnewAs(kind: string): SqlPart {
  return (bind) => {
    const given = bind(kind);
    return `cursor = CASE WHEN kind = ${given} THEN cursor END,
      sweep = CASE WHEN kind = ${given} THEN sweep ELSE 'walk' END, kind = ${given}`;
  };
}

async function readProject(db: Query, { tracker, project }: ProjectKey): Promise<ProjectRow> {
  const sql = `SELECT ${COLUMNS} FROM project WHERE tracker = $1 AND project = $2`;
  return (await db.rows<ProjectRow>(sql, [tracker, project]))[0]!;
}

/** Says that the reader is alive; false when another one has taken over. */
export function renewProjectLease(db: Query, lease: ProjectLease): Promise<boolean> {
  return leases.renew(db, rowLease(lease));
}

/** End of a reading. */
export type ProjectEnd =
  | { readonly kind: "read" }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "stopped" };

/** Lets others read the project, and writes down how it went. */
export function releaseProject(db: Query, lease: ProjectLease, end: ProjectEnd): Promise<void> {
  return leases.release(db, rowLease(lease), (bind) => {
    const kind = bind(end.kind);
    const error = bind(end.kind === "failed" ? storable(end.error) : null);
    return `failed_at = CASE ${kind} WHEN 'read' THEN NULL WHEN 'failed' THEN clock_timestamp() ELSE failed_at END,
      last_error = CASE ${kind} WHEN 'read' THEN NULL WHEN 'failed' THEN ${error} ELSE last_error END`;
  });
}

/** Locks the project's row until the transaction ends: whoever lost the lease writes nothing more. */
export async function holdProjectLease(tx: Query, lease: ProjectLease): Promise<void> {
  if (await renewProjectLease(tx, lease)) return;
  throw takenOver(lease.project);
}

/** What a reader hears that was cut off for longer than its lease. */
export function takenOver(project: string): PreloopError {
  return new PreloopError(
    "sync_incomplete",
    `Another process took over reading ${project} while this one was cut off; it goes on from the last page that was kept`,
  );
}
