import { type Clock, isPreloopError, PreloopError } from "#base";
import type { Approval } from "#model";
import type { Db } from "#store";
import type { ChangeWaiter } from "./change-waiter.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { sweepAndGet } from "./sweep-and-get.ts";

const POLL_MS = 5_000;

/** Who waits for what, and for how long. */
export interface DecisionWait {
  readonly db: Db;
  readonly changeWaiter: ChangeWaiter;
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
  readonly id: string;
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until an approval is decided; one that runs in another caller's hands is waited out too. Returns it as it is
 * when the time is up. @throws request_cancelled
 */
export async function waitForDecision(wait: DecisionWait): Promise<Approval> {
  const { changeWaiter, clock, id, untilMs, signal } = wait;
  const until = clock.ticksMs() + untilMs;
  // Listen first, then look: a decision that lands between the two would leave the agent waiting.
  const waiter = changeWaiter.on(id);
  try {
    for (;;) {
      if (signal.aborted)
        throw new PreloopError("request_cancelled", `the wait for approval ${id} was cancelled`);
      const left = until - clock.ticksMs();
      const approval = await getUnlessLost(wait, left <= 0);
      if (approval && (left <= 0 || !isWaiting(approval))) return approval;
      await waiter.next(Math.min(POLL_MS, left, untilDue(approval, clock)), signal);
    }
  } finally {
    waiter.off();
  }
}

/** How long it is, in milliseconds, until nobody can decide any more; nobody calls out when that is so. */
function untilDue(approval: Approval | undefined, clock: Clock): number {
  const leftMs = approval ? approval.deadline.getTime() - clock.now().getTime() : 0;
  // The store's own clock decides, and may be a little behind.
  return leftMs > 0 ? leftMs + 50 : POLL_MS;
}

function isWaiting({ status }: Approval): boolean {
  return status === "pending" || status === "running";
}

// A store that is away for a moment ends nobody's wait, only one that is away when the time is up.
async function getUnlessLost(
  { db, heartbeat, id }: DecisionWait,
  isLast: boolean,
): Promise<Approval | undefined> {
  try {
    await heartbeat.renew();
    return await sweepAndGet(db, id);
  } catch (error) {
    if (!isLast && isPreloopError(error, "store_unavailable")) return undefined;
    throw error;
  }
}
