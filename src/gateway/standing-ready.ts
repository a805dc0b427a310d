import { messageOf } from "#base";
import type { Stages } from "./stages.ts";

/** How long the first call waits for the store's word on grants, freezes and pins. */
const STANDING_MS = 15_000;

const settled = new WeakSet<Stages>();

/**
 * Waits once for the first snapshot of what holds. With the store out of reach, calls that a rule allows go on; asked
 * ones fail on their own when they need it. Undefined when there is nothing to wait for.
 */
export function standingReady(stages: Stages): Promise<void> | undefined {
  return settled.has(stages) ? undefined : firstSnapshot(stages);
}

async function firstSnapshot(stages: Stages): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the store does not answer")), STANDING_MS);
  });
  try {
    await Promise.race([Promise.all([stages.standing.ready, stages.pins.ready]), late]);
  } catch (error) {
    if (!settled.has(stages)) goingOnWithout(stages, error);
  } finally {
    clearTimeout(timer);
    settled.add(stages);
  }
}

function goingOnWithout(stages: Stages, error: unknown): void {
  stages.log.warn(`going on without grants and freezes, with the pins of last time: ${messageOf(error)}`);
  stages.onBlind?.(messageOf(error));
}
