import { type Approval, isWhole, type ListedApproval } from "#model";
import { compileFilter } from "./filter.ts";
import type { ListName, ScreenState } from "./state.ts";

/** The pending approvals that the filter lets through, and the picked one that has left the list meanwhile. */
export function pendingRows(state: ScreenState): readonly ListedApproval[] {
  const { pending, ghost, filter } = state;
  const rows = filter === "" ? pending : pending.filter(compileFilter(filter));
  if (!ghost || rows.some(({ id }) => id === ghost.id)) return rows;
  // A ghost keeps its place by age, so that nothing moves under the person's finger.
  const at = rows.findIndex(({ createdAt }) => createdAt > ghost.createdAt);
  return at < 0 ? [...rows, ghost] : [...rows.slice(0, at), ghost, ...rows.slice(at)];
}

export function historyRows({ history, filter }: ScreenState): readonly ListedApproval[] {
  return filter === "" ? history : history.filter(compileFilter(filter));
}

/** The ids of a list as it is shown. */
export function idsOf(state: ScreenState, list: ListName): readonly string[] {
  switch (list) {
    case "pending":
      return pendingRows(state).map(({ id }) => id);
    case "history":
      return historyRows(state).map(({ id }) => id);
    case "sessions":
      return state.sessions.map(({ id }) => id);
    case "grants":
      return state.grants.map(({ id }) => id);
  }
}

/** The approval in front of the person. */
export function pickedApproval(state: ScreenState): ListedApproval | undefined {
  const rows =
    state.list === "pending" ? pendingRows(state) : state.list === "history" ? historyRows(state) : [];
  return rows.find(({ id }) => id === state.picked[state.list]);
}

/** All of an approval, where it is at hand: its list has it, or it was read for the screen. */
export function wholeOf({ whole }: ScreenState, listed: ListedApproval): Approval | undefined {
  if (isWhole(listed)) return listed;
  return whole?.id === listed.id && whole.effectiveDigest === listed.effectiveDigest ? whole : undefined;
}

/** Why nothing may be decided about an approval; undefined when it may. */
export function lockOf(state: ScreenState, approval: ListedApproval): string | undefined {
  if (state.store.kind === "loading") return "still loading";
  if (state.store.kind === "lost") return "the store cannot be reached, so this may be out of date";
  const current = state.pending.find(({ id }) => id === approval.id);
  if (approval.status !== "pending") return `already ${approval.status}`;
  if (!current) return "no longer pending";
  if (current.effectiveDigest !== approval.effectiveDigest) return "its arguments have changed";
  if (approval.deadline <= state.now) return "its deadline has passed";
  return undefined;
}

/** Whether what masks hide in an approval is shown: these very arguments were revealed here. */
export function isRevealed({ revealed }: ScreenState, { id, effectiveDigest }: ListedApproval): boolean {
  return revealed.get(id) === effectiveDigest;
}

/** Every list keeps a pick that exists; a pending approval that left stays as a ghost while it is the pick. */
export function keepPicks(before: ScreenState, after: ScreenState): ScreenState {
  const picked = { ...after.picked };
  let ghost = after.ghost?.id === picked.pending ? after.ghost : undefined;
  if (picked.pending !== undefined && !after.pending.some(({ id }) => id === picked.pending))
    ghost =
      after.history.find(({ id }) => id === picked.pending) ??
      ghost ??
      before.pending.find(({ id }) => id === picked.pending);
  else ghost = undefined;
  const settled = { ...after, ghost };
  for (const list of ["pending", "sessions", "grants", "history"] as const) {
    const ids = idsOf(settled, list);
    if (picked[list] === undefined || !ids.includes(picked[list])) picked[list] = ids[0];
  }
  return { ...settled, picked };
}
