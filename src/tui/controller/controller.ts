import { makeVisible } from "#base";
import type { Key } from "../terminal/keys.ts";
import { createBell } from "./bell.ts";
import { createModeContext } from "./create-mode-context.ts";
import { createLiveState, type LiveState } from "./live-state.ts";
import type { ControllerOptions } from "./mode-context.ts";
import { press } from "./modes.ts";
import { createPickedLoader } from "./picked-loader.ts";
import { createDetailMaker, type DetailMaker } from "./prepare.ts";
import type { ScreenLayout } from "./screen-layout.ts";
import type { ScreenState, Size } from "./state.ts";
import { createStoreSync } from "./store-sync.ts";

/** Controller of the approvals screen: the state that is shown, and what keys do to it. */
export interface Controller {
  state(): ScreenState;
  layout(): ScreenLayout;
  readonly details: DetailMaker;
  subscribe(listener: () => void): () => void;
  press(keys: readonly Key[]): void;
  resize(size: Size): void;
  /** Once a second: time passes, deadlines come near. */
  tick(): void;
  /** Reads the store now. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export function createController(options: ControllerOptions): Controller {
  const { clock, decisions } = options;
  const live = createLiveState(options, clock);
  const details = createDetailMaker(options.masking);
  live.subscribe(createPickedLoader(decisions, live));
  const ring = createRinger(options, live);
  const sync = createStoreSync({
    decisions,
    onSnapshot(snapshot) {
      live.set({ ...snapshot, store: { kind: "current" }, now: clock.now() });
      ring();
    },
    onLost(message) {
      const { store } = live.state();
      const since = store.kind === "lost" ? store.since : clock.now();
      live.set({ store: { kind: "lost", message: makeVisible(message).text, since } });
    },
  });
  const context = createModeContext({ options, live, details, refresh: sync.refresh });
  return {
    details,
    state: live.state,
    layout: live.layout,
    subscribe: live.subscribe,
    press(keys) {
      for (const key of keys) press(context, key);
    },
    resize: (size) => live.set({ size }),
    tick() {
      const nowMs = clock.ticksMs();
      const { toast, mutedUntilMs } = live.state();
      live.set({
        now: clock.now(),
        toast: toast && nowMs < toast.untilMs ? toast : undefined,
        mutedUntilMs: mutedUntilMs !== undefined && nowMs < mutedUntilMs ? mutedUntilMs : undefined,
      });
      ring();
    },
    refresh: sync.refresh,
    async close() {
      live.close();
      await sync.close();
    },
  };
}

/** Tells the terminal when approvals wait, unless the person wants no bell. */
function createRinger({ clock, notify }: ControllerOptions, { state }: LiveState): () => void {
  const bell = createBell();
  return () => {
    const { store, pending, now, mutedUntilMs } = state();
    if (store.kind !== "current") return;
    const waiting = bell.listen(pending, now, clock.ticksMs());
    if (waiting !== undefined && mutedUntilMs === undefined)
      notify(`preloop: ${waiting} approval${waiting === 1 ? "" : "s"} waiting`);
  };
}
