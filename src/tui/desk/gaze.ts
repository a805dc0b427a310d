import { sha256 } from "#base";
import type { DetailLines } from "../lines/detail.ts";
import { isRevealed, pickedApproval, wholeOf } from "./focus.ts";
import { type Layout, showsDetail } from "./layout.ts";
import type { DeskState, Gaze } from "./state.ts";

/** How long a thing is in front of a person before a key can decide about it. */
export const ARMING_MS = 600;

/** What is in front of the person, to the byte: another subject starts the wait anew. */
export function subjectOf(state: DeskState, layout: Layout): string {
  const { columns } = state.size;
  const picked = state.picked[state.list];
  if (state.store.kind !== "current" || picked === undefined || layout.kind === "tiny") return "";
  if (state.mode.kind === "review") return `review ${state.mode.id} ${sha256(state.mode.args)}`;
  if (state.mode.kind === "help") return "";
  const approval = pickedApproval(state);
  if (!approval) return `${state.list} ${picked}`;
  if (!showsDetail(state, layout)) return "";
  return [
    approval.id,
    approval.effectiveDigest,
    approval.status,
    state.view,
    isRevealed(state, approval),
    wholeOf(state, approval) !== undefined,
    columns,
  ].join(" ");
}

/** The gaze after a change: the same thing seen further, or a new thing seen from now on. */
export function moveGaze(state: DeskState, layout: Layout, nowMs: number): Gaze {
  const subject = subjectOf(state, layout);
  const rows = layout.kind === "tiny" ? 0 : layout.rows;
  const bottom = state.scroll + rows;
  if (subject !== state.gaze.subject) return { subject, sinceMs: nowMs, bottom };
  return bottom > state.gaze.bottom ? { ...state.gaze, bottom } : state.gaze;
}

export function isArmed({ gaze }: DeskState, nowMs: number): boolean {
  return gaze.subject !== "" && nowMs - gaze.sinceMs >= ARMING_MS;
}

/** How many rows of the arguments have not been on the screen yet. */
export function unseenRows({ gaze }: DeskState, detail: DetailLines): number {
  return Math.max(0, detail.argsEnd - gaze.bottom);
}
