import type { ModeContext } from "./mode-context.ts";

export const MUTE_MS = 10 * 60_000;

/** No bell for ten minutes, or the bell again. */
export function turnMute(context: ModeContext): void {
  const { mutedUntilMs } = context.state();
  const isMuted = mutedUntilMs !== undefined;
  context.set({ mutedUntilMs: isMuted ? undefined : context.options.clock.ticksMs() + MUTE_MS });
  context.toast(isMuted ? "the bell rings again" : "no bell for 10 minutes");
}
