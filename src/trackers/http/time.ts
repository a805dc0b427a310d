import { setTimeout as delay } from "node:timers/promises";
import { type Clock, systemClock } from "#base";

/** Time and chance as arguments, so that a test waits for nothing and meets no luck. */
export interface Time {
  readonly clock: Clock;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 up to 1. */
  random(): number;
}

export const systemTime: Time = {
  clock: systemClock,
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  random: Math.random,
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/** How long to wait before the next attempt: doubling, and half of it left to chance so that many do not return at once. */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random());
}
