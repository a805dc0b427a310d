import { type Db, isHolderDead, leaseProject, type ProjectLease, type ProjectRow } from "#store";
import type { Tracker } from "#trackers";

/** Takes the project's lease for this run, also from a holder that is known to be dead. */
export async function acquireLease(db: Db, tracker: Tracker, lease: ProjectLease): Promise<ProjectRow> {
  const wanted = { ...lease, kind: tracker.kind };
  const row = await leaseProject(db, wanted);
  const { reader } = row;
  if (reader === undefined || reader === lease.owner || !isHolderDead(reader)) return row;
  return leaseProject(db, { ...wanted, dead: reader });
}
