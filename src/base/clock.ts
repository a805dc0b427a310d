/** Time as an argument: tests pass their own. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, for durations. */
  ticksMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  ticksMs: () => performance.now(),
};
