import { setTimeout as sleep } from "node:timers/promises";
import { isPreloopError } from "#base";

const DELAYS_MS = [100, 500, 2_000];

/** Repeats a step that may be repeated while the store is away for a moment. @throws store_unavailable when it stays away */
export async function steadily<T>(step: () => Promise<T>): Promise<T> {
  for (const delayMs of DELAYS_MS) {
    try {
      return await step();
    } catch (error) {
      if (!isPreloopError(error, "store_unavailable")) throw error;
      await sleep(delayMs);
    }
  }
  return step();
}
