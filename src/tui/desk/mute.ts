import type { Bench } from "./bench.ts";

export const MUTE_MS = 10 * 60_000;

/** No bell for ten minutes, or the bell again. */
export function turnMute(bench: Bench): void {
  const { mutedUntilMs } = bench.state();
  const isMuted = mutedUntilMs !== undefined;
  bench.set({ mutedUntilMs: isMuted ? undefined : bench.options.clock.ticksMs() + MUTE_MS });
  bench.toast(isMuted ? "the bell rings again" : "no bell for 10 minutes");
}
