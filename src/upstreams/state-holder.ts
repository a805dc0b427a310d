import type { UpstreamState } from "./types.ts";

/** The state of an upstream, and whoever waits for it. */
export interface StateHolder {
  readonly state: UpstreamState;
  /** Takes the next state; what is closed stays so. */
  become(next: UpstreamState): void;
  /** Resolves when the state is no longer `starting`, or after `graceMs`. */
  settled(graceMs: number): Promise<UpstreamState>;
}

/** A state that is `starting`; `onState` hears of each that follows. */
export function createStateHolder(onState: (state: UpstreamState) => void): StateHolder {
  let state: UpstreamState = { kind: "starting" };
  let wakers: (() => void)[] = [];
  return {
    get state() {
      return state;
    },
    become(next) {
      if (state.kind === "closed" || (state.kind === "starting" && next.kind === "starting")) return;
      state = next;
      if (next.kind !== "starting") {
        for (const wake of wakers) wake();
        wakers = [];
      }
      onState(next);
    },
    settled: (graceMs) =>
      new Promise((resolve) => {
        if (state.kind !== "starting") return resolve(state);
        const timer = setTimeout(() => resolve(state), graceMs);
        wakers.push(() => {
          clearTimeout(timer);
          resolve(state);
        });
      }),
  };
}
