import type { ListedApproval } from "#model";

/** Parts of the time to the deadline after which a person is reminded. */
const REMINDERS = [0.5, 0.8] as const;
// A flood of questions rings once.
const QUIET_MS = 2_000;

/** Bell that says when to ring: when something arrives, and when half and four fifths of its time are over. */
export interface Bell {
  /** How many approvals wait, when it should ring now; undefined when it should not. */
  listen(pending: readonly ListedApproval[], now: Date, ticksMs: number): number | undefined;
}

export function createBell(): Bell {
  let known: Map<string, number> | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let isDue = false;
  return {
    listen(pending, now, ticksMs) {
      const before = known;
      const stages = new Map(pending.map((approval) => [approval.id, stageOf(approval, now)]));
      known = stages;
      // What waited before this screen was opened is on it, and rings only when its time runs out.
      if (before) isDue ||= [...stages].some(([id, stage]) => stage > (before.get(id) ?? -1));
      if (!isDue || ticksMs - lastMs < QUIET_MS) return undefined;
      isDue = false;
      lastMs = ticksMs;
      return pending.length > 0 ? pending.length : undefined;
    },
  };
}

function stageOf({ createdAt, deadline }: ListedApproval, now: Date): number {
  const part = (now.getTime() - createdAt.getTime()) / (deadline.getTime() - createdAt.getTime());
  return REMINDERS.filter((reminder) => part >= reminder).length;
}
