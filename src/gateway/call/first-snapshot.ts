import { messageOf } from "#base";
import type { CallServices } from "./call-services.ts";

/** How long the first call waits for the store's word on grants, freezes and pins. */
const SNAPSHOT_MS = 15_000;

const settled = new WeakSet<CallServices>();

/**
 * Waits once for the first snapshot of what holds. With the store out of reach, calls that a rule allows go on; asked
 * ones fail on their own when they need it. Undefined when there is nothing to wait for.
 */
export function firstSnapshot(services: CallServices): Promise<void> | undefined {
  return settled.has(services) ? undefined : awaitSnapshot(services);
}

async function awaitSnapshot(services: CallServices): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the store does not answer")), SNAPSHOT_MS);
  });
  try {
    await Promise.race([Promise.all([services.liveGrants.ready, services.pins.ready]), late]);
  } catch (error) {
    if (!settled.has(services)) goingOnWithout(services, error);
  } finally {
    clearTimeout(timer);
    settled.add(services);
  }
}

function goingOnWithout(services: CallServices, error: unknown): void {
  services.log.warn(`going on without grants and freezes, with the pins of last time: ${messageOf(error)}`);
  services.onDegraded?.(messageOf(error));
}
