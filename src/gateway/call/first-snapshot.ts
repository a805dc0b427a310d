import type { LiveGrants } from "#approvals";
import { type Log, messageOf, withTimeout } from "#base";
import type { Pins } from "#pins";

/** How long the first call waits for the store's word on grants, freezes and pins. */
const SNAPSHOT_MS = 15_000;

/**
 * A wait, once in a session, for the first snapshot of what holds; undefined when there is nothing to wait for. With the
 * store out of reach, calls that a rule allows go on; asked ones fail on their own when they need it.
 */
export type FirstSnapshot = () => Promise<void> | undefined;

/** The services whose first snapshot is waited for, and whoever hears when there is none. */
export interface SnapshotServices {
  readonly liveGrants: Pick<LiveGrants, "ready">;
  readonly pins: Pick<Pins, "ready">;
  readonly log: Log;
  onDegraded?(why: string): void;
}

/** No snapshot waited for yet. */
export function createFirstSnapshot(services: SnapshotServices): FirstSnapshot {
  let isSettled = false;
  async function awaitSnapshot(): Promise<void> {
    try {
      const ready = Promise.all([services.liveGrants.ready, services.pins.ready]);
      await withTimeout(ready, SNAPSHOT_MS, () => {
        throw new Error("the store does not answer");
      });
    } catch (error) {
      if (!isSettled) goOnWithout(services, error);
    } finally {
      isSettled = true;
    }
  }
  return () => (isSettled ? undefined : awaitSnapshot());
}

function goOnWithout({ log, onDegraded }: SnapshotServices, error: unknown): void {
  log.warn(`going on without grants and freezes, with the pins of last time: ${messageOf(error)}`);
  onDegraded?.(messageOf(error));
}
