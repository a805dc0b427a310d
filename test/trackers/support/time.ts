import type { Time } from "#trackers";

/** Time that passes only by sleeping, and at once; what was slept is kept. */
export function quickTime(start = new Date("2026-03-01T12:00:00Z")): Time & { readonly slept: number[] } {
  const slept: number[] = [];
  let nowMs = 0;
  return {
    slept,
    clock: { now: () => new Date(start.getTime() + nowMs), ticksMs: () => nowMs },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      nowMs += ms;
    },
    random: () => 0.5,
  };
}
