import { type Db, leaseProject, type ProjectLease, type ProjectRow, renewProjectLease } from "#store";
import type { Tracker } from "#trackers";
import { isHolderDead } from "./lease-holder.ts";

/** Takes the project's lease for this run, also from a holder that is known to be dead. */
export async function acquireLease(db: Db, tracker: Tracker, lease: ProjectLease): Promise<ProjectRow> {
  const wanted = { ...lease, kind: tracker.kind };
  const row = await leaseProject(db, wanted);
  const { reader } = row;
  if (reader === undefined || reader === lease.owner || !isHolderDead(reader)) return row;
  return leaseProject(db, { ...wanted, dead: reader });
}

/** Renews the lease while the tracker makes us wait, and aborts when another process has it. */
export function keepLease(
  db: Db,
  lease: ProjectLease,
  outer: AbortSignal | undefined,
): { readonly signal: AbortSignal; isLost(): boolean; release(): void } {
  const inner = new AbortController();
  let isLost = false;
  const follow = () => inner.abort();
  if (outer?.aborted) inner.abort();
  outer?.addEventListener("abort", follow, { once: true });
  const lookAt = (isOurs: boolean) => {
    if (isOurs) return;
    isLost = true;
    inner.abort();
  };
  const heartbeat = setInterval(() => {
    // A store that cannot be reached now is the next page's news.
    renewProjectLease(db, lease).then(lookAt, () => {});
  }, lease.forMs / 4);
  return {
    signal: inner.signal,
    isLost: () => isLost,
    release() {
      clearInterval(heartbeat);
      inner.abort(); // what was asked for ahead is wanted no more
      outer?.removeEventListener("abort", follow);
    },
  };
}
