import { sha256 } from "#base";
import type { DetailLines } from "../render/detail.ts";
import { isRevealed, pickedApproval, wholeOf } from "./focus.ts";
import { type ScreenLayout, showsDetail } from "./screen-layout.ts";
import type { ScreenExposure, ScreenState } from "./state.ts";

/** How long a thing is in front of a person before a key can decide about it. */
export const ARMING_MS = 600;

/** What is in front of the person, to the byte: another subject starts the wait anew. */
export function subjectOf(state: ScreenState, layout: ScreenLayout): string {
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
export function updateExposure(state: ScreenState, layout: ScreenLayout, nowMs: number): ScreenExposure {
  const subject = subjectOf(state, layout);
  const rows = layout.kind === "tiny" ? 0 : layout.rows;
  const bottom = state.scroll + rows;
  if (subject !== state.exposure.subject) return { subject, sinceMs: nowMs, bottom };
  return bottom > state.exposure.bottom ? { ...state.exposure, bottom } : state.exposure;
}

export function isArmed({ exposure }: ScreenState, nowMs: number): boolean {
  return exposure.subject !== "" && nowMs - exposure.sinceMs >= ARMING_MS;
}

/** How many rows of the arguments have not been on the screen yet. */
export function unseenRows({ exposure }: ScreenState, detail: DetailLines): number {
  return Math.max(0, detail.argsEnd - exposure.bottom);
}
