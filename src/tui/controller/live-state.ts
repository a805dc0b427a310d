import type { Clock } from "#base";
import { promptLines } from "../render/prompt.ts";
import { updateExposure } from "./exposure.ts";
import { keepPicks, lockOf } from "./focus.ts";
import { type ScreenLayout, screenLayoutOf } from "./screen-layout.ts";
import { initialState, type ScreenState } from "./state.ts";

/** Live state of the screen, with its layout and those who are told of every change. */
export interface LiveState {
  state(): ScreenState;
  layout(): ScreenLayout;
  set(change: Partial<ScreenState>): void;
  subscribe(listener: () => void): () => void;
  /** Tells nobody any more. */
  close(): void;
}

/** The state as the screen begins. After each change picks exist, questions can be answered, and exposure is up to date. */
export function createLiveState(
  { size, plain, decider }: Pick<ScreenState, "size" | "plain" | "decider">,
  clock: Clock,
): LiveState {
  let state = initialState({ now: clock.now(), size, plain, decider });
  const listeners = new Set<() => void>();
  const layout = () => screenLayoutOf(state, promptLines(state).length);
  return {
    state: () => state,
    layout,
    set(change) {
      state = keepPicks(state, { ...state, ...change });
      state = { ...state, ...dropQuestion(state) };
      state = { ...state, exposure: updateExposure(state, layout(), clock.ticksMs()) };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => listeners.clear(),
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
