import { makeVisible, messageOf } from "#base";
import { promptLines } from "../render/prompt.ts";
import type { Key } from "../terminal/keys.ts";
import { createBell } from "./bell.ts";
import { isArmed, updateExposure } from "./exposure.ts";
import { keepPicks, lockOf, pickedApproval, wholeOf } from "./focus.ts";
import type { ControllerOptions, ModeContext } from "./mode-context.ts";
import { press } from "./modes.ts";
import { createDetailMaker, type DetailMaker } from "./prepare.ts";
import { type ScreenLayout, screenLayoutOf } from "./screen-layout.ts";
import { initialState, type ScreenState, type Size } from "./state.ts";
import { createStoreSync, type StoreSnapshot } from "./store-sync.ts";

/** The approvals screen without its pixels: what it shows, and what keys do to it. */
export interface Controller {
  state(): ScreenState;
  layout(): ScreenLayout;
  readonly details: DetailMaker;
  subscribe(listener: () => void): () => void;
  press(keys: readonly Key[]): void;
  resize(size: Size): void;
  /** Once a second: time passes, deadlines come near. */
  tick(): void;
  /** Looks at the store now. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const TOAST_MS = 6_000;
const PAST = 20;

export function createController(options: ControllerOptions): Controller {
  const { clock, decisions, decider, size, plain } = options;
  let state = initialState({ now: clock.now(), size, plain, decider });
  let isClosed = false;
  const listeners = new Set<() => void>();
  const details = createDetailMaker(options.masking);
  const bell = createBell();

  const layout = () => screenLayoutOf(state, promptLines(state).length);
  const set = (change: Partial<ScreenState>) => {
    const before = state;
    state = keepPicks(before, { ...before, ...change });
    state = { ...state, ...dropQuestion(state) };
    state = { ...state, exposure: updateExposure(state, layout(), clock.ticksMs()) };
    if (!isClosed) {
      loadPast();
      loadWhole();
    }
    for (const listener of listeners) listener();
  };
  const toast: ModeContext["toast"] = (text, tone = "good") =>
    set({ toast: { text: makeVisible(text).text, tone, untilMs: clock.ticksMs() + TOAST_MS } });

  const asked = new Set<string>();
  const loadPast = () => {
    const approval = pickedApproval(state);
    if (!approval || asked.has(approval.id) || state.store.kind !== "current") return;
    asked.add(approval.id);
    decisions.history(approval, PAST).then(
      (past) => set({ past: new Map([...state.past, [approval.id, past]]) }),
      () => asked.delete(approval.id), // the next look at the store says that it is lost
    );
  };

  let reading: string | undefined;
  const loadWhole = () => {
    const listed = pickedApproval(state);
    if (!listed || wholeOf(state, listed) || state.store.kind !== "current") return;
    const subject = `${listed.id} ${listed.effectiveDigest}`;
    if (reading === subject) return;
    reading = subject;
    decisions
      .get(listed.id)
      .then(
        (whole) => set({ whole }),
        () => {},
      ) // the next look at the store says that it is lost
      .finally(() => {
        if (reading === subject) reading = undefined;
      });
  };

  const ring = () => {
    if (state.store.kind !== "current") return;
    const waiting = bell.listen(state.pending, state.now, clock.ticksMs());
    if (waiting !== undefined && state.mutedUntilMs === undefined)
      options.notify(`preloop: ${waiting} approval${waiting === 1 ? "" : "s"} waiting`);
  };
  const sync = createStoreSync({
    decisions,
    onSnapshot(snapshot: StoreSnapshot) {
      set({ ...snapshot, store: { kind: "current" }, now: clock.now() });
      ring();
    },
    onLost(message) {
      const since = state.store.kind === "lost" ? state.store.since : clock.now();
      set({ store: { kind: "lost", message: makeVisible(message).text, since } });
    },
  });

  const context: ModeContext = {
    options,
    details,
    state: () => state,
    set,
    layout,
    toast,
    detail: () => {
      const place = layout();
      if (place.kind === "tiny") return undefined;
      return details.detailOf(state, place.kind === "double" ? place.right : place.width);
    },
    isArmed: () => isArmed(state, clock.ticksMs()),
    act(text, work) {
      set({ mode: { kind: "busy", text } });
      void runWork(work);
    },
  };
  const runWork = async (work: () => Promise<string | undefined>) => {
    const idle = () => (state.mode.kind === "busy" ? ({ mode: { kind: "browse" } } as const) : {});
    try {
      const said = await work();
      await sync.refresh();
      set(idle());
      if (said !== undefined) toast(said);
    } catch (error) {
      await sync.refresh();
      set(idle());
      toast(messageOf(error), "warn");
    }
  };

  return {
    details,
    state: () => state,
    layout,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press(keys) {
      for (const key of keys) press(context, key);
    },
    resize: (next) => set({ size: next }),
    tick() {
      const nowMs = clock.ticksMs();
      set({
        now: clock.now(),
        toast: state.toast && nowMs < state.toast.untilMs ? state.toast : undefined,
        mutedUntilMs:
          state.mutedUntilMs !== undefined && nowMs < state.mutedUntilMs ? state.mutedUntilMs : undefined,
      });
      ring();
    },
    refresh: sync.refresh,
    async close() {
      isClosed = true;
      listeners.clear();
      await sync.close();
    },
  };
}

/** A question about something that can no longer be decided goes away; nobody answers it unseen. */
function dropQuestion(state: ScreenState): Partial<ScreenState> {
  const { mode } = state;
  const seen =
    mode.kind === "confirm" ? mode.seen : "digest" in mode ? new Map([[mode.id, mode.digest]]) : undefined;
  if (!seen) return {};
  for (const [id, digest] of seen) {
    const approval = state.pending.find((each) => each.id === id);
    const lock = !approval
      ? "no longer pending"
      : approval.effectiveDigest !== digest
        ? "its arguments have changed"
        : lockOf(state, approval);
    if (lock === undefined) continue;
    const toast = {
      text: `${id} cannot be decided: ${lock}`,
      tone: "warn",
      untilMs: Number.POSITIVE_INFINITY,
    } as const;
    return { mode: { kind: "browse" }, toast };
  }
  return {};
}
