import { PreloopError } from "#base";
import type { Issue } from "#model";
import { compareBytes, known, storable } from "./approval-rows.ts";
import type { Db, Query } from "./db.ts";
import { type SavedIssues, type SeenComments, saveIssues } from "./issue-save.ts";
import { readStoreTime } from "./store-time.ts";

export interface ProjectKey {
  readonly tracker: string;
  readonly project: string;
}

/**
 * What a full run still has to do: read everything anew, then look for what is gone. `refused` when implausibly much was
 * gone at the last look.
 */
export type SweepPhase = "walk" | "list" | "refused";

/** How far the reading of a project is. */
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

const COLUMNS = `tracker, project, kind, cursor, sweep, synced_at AS "syncedAt", swept_at AS "sweptAt",
  failed_at AS "failedAt", last_error AS "lastError",
  CASE WHEN lease_until > clock_timestamp() THEN lease_owner END AS reader`;

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

/** Who wants to read a project, and for how long without another word. */
export interface ProjectClaim extends ProjectKey {
  /** A name that nobody else has. */
  readonly owner: string;
  readonly forMs: number;
}

/** The project, for the one that may read it now; with somebody else's name as its reader, for all others. */
export async function claimProject(
  db: Query,
  claim: ProjectClaim & {
    readonly kind: string;
    /** A reader that is known to be dead. */
    readonly dead?: string;
  },
): Promise<ProjectRow> {
  const { tracker, project, owner, forMs, kind, dead } = claim;
  await db.rows("INSERT INTO project (tracker, project, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
    tracker,
    project,
    kind,
  ]);
  const rows = await db.rows<ProjectRow>(
    `UPDATE project SET lease_owner = $3, lease_until = clock_timestamp() + $4::float8 * interval '1 ms',
       cursor = CASE WHEN kind = $5 THEN cursor END, sweep = CASE WHEN kind = $5 THEN sweep ELSE 'walk' END, kind = $5
     WHERE tracker = $1 AND project = $2
       AND (lease_owner IS NULL OR lease_until < clock_timestamp() OR lease_owner IN ($3, $6))
     RETURNING ${COLUMNS}`,
    [tracker, project, owner, forMs, kind, dead ?? owner],
  );
  const [row] =
    rows.length > 0
      ? rows
      : await db.rows<ProjectRow>(`SELECT ${COLUMNS} FROM project WHERE tracker = $1 AND project = $2`, [
          tracker,
          project,
        ]);
  // Between the two looks the other reader may have ended; for this run it was still there.
  return known({ reader: "another process", ...known(row!) }) as ProjectRow;
}

/** Says that the reader is alive; false when another one has taken over. */
export async function renewClaim(db: Query, claim: ProjectClaim): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE project SET lease_until = clock_timestamp() + $4::float8 * interval '1 ms'
     WHERE tracker = $1 AND project = $2 AND lease_owner = $3 RETURNING 1`,
    [claim.tracker, claim.project, claim.owner, claim.forMs],
  );
  return rows.length > 0;
}

/** How a reading ended. */
export type ProjectEnd =
  | { readonly kind: "read" }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "stopped" };

/** Lets others read the project, and writes down how it went. */
export async function releaseProject(db: Query, claim: ProjectClaim, end: ProjectEnd): Promise<void> {
  await db.rows(
    `UPDATE project SET lease_owner = NULL, lease_until = NULL,
       failed_at = CASE $4 WHEN 'read' THEN NULL WHEN 'failed' THEN clock_timestamp() ELSE failed_at END,
       last_error = CASE $4 WHEN 'read' THEN NULL WHEN 'failed' THEN $5 ELSE last_error END
     WHERE tracker = $1 AND project = $2 AND lease_owner = $3`,
    [claim.tracker, claim.project, claim.owner, end.kind, end.kind === "failed" ? storable(end.error) : null],
  );
}

/** One page of changes as it is to be kept. */
export interface SeenPage {
  readonly issues: readonly Issue[];
  readonly comments: readonly SeenComments[];
  /** What was seen besides the listing has none. */
  readonly cursor?: string;
  readonly isAnew: boolean;
}

/**
 * Keeps a page and the cursor behind it, both or neither, and renews the claim.
 * @throws sync_incomplete when another process reads the project by now
 */
export async function saveChanges(db: Db, claim: ProjectClaim, page: SeenPage): Promise<SavedIssues> {
  return db.transaction(async (tx) => {
    await holdClaim(tx, claim);
    await tx.rows("UPDATE project SET cursor = coalesce($3, cursor) WHERE tracker = $1 AND project = $2", [
      claim.tracker,
      claim.project,
      page.cursor,
    ]);
    return saveIssues(tx, { tracker: claim.tracker, ...page });
  });
}

/** Where a reading is, besides its cursor. */
export interface ProjectStep {
  /** Begin anew with the next page. */
  readonly forgetCursor?: boolean;
  /** What the full run does next; null when it is done. */
  readonly sweep?: SweepPhase | null;
  readonly synced?: boolean;
  readonly swept?: boolean;
}

/** Writes a step of a reading down. @throws sync_incomplete when another process reads the project by now */
export async function markProject(db: Db, claim: ProjectClaim, step: ProjectStep): Promise<void> {
  await db.transaction(async (tx) => {
    await holdClaim(tx, claim);
    await tx.rows(
      `UPDATE project SET cursor = CASE WHEN $3 THEN NULL ELSE cursor END,
         sweep = CASE WHEN $4 THEN $5 ELSE sweep END,
         synced_at = CASE WHEN $6 THEN clock_timestamp() ELSE synced_at END,
         swept_at = CASE WHEN $7 THEN clock_timestamp() ELSE swept_at END
       WHERE tracker = $1 AND project = $2`,
      [
        claim.tracker,
        claim.project,
        step.forgetCursor === true,
        step.sweep !== undefined,
        step.sweep,
        step.synced === true,
        step.swept === true,
      ],
    );
  });
}

/** Locks the project's row until the transaction ends: whoever lost the claim writes nothing more. */
export async function holdClaim(tx: Query, claim: ProjectClaim): Promise<void> {
  if (await renewClaim(tx, claim)) return;
  throw takenOver(claim.project);
}

/** What a reader hears that was cut off for longer than its claim. */
export function takenOver(project: string): PreloopError {
  return new PreloopError(
    "sync_incomplete",
    `Another process took over reading ${project} while this one was cut off; it goes on from the last page that was kept`,
  );
}
