import { type Clock, withRetry } from "#base";
import { type Db, deliverApproval, dropApproval, parkApproval } from "#store";
import { STORE_RETRY } from "./store-retry.ts";
import { sweepAndGet } from "./sweep-and-get.ts";
import type { ApprovalRequests } from "./types.ts";

/** Calls of one session whose callers were told to come back. */
export type ParkedCalls = Pick<ApprovalRequests, "park" | "delivered" | "hasParked">;

/** Parts that parked calls need. */
export interface ParkedCallsParts {
  readonly db: Db;
  readonly sessionId: string;
  /** False where nobody could tell who comes back: then a call is dropped instead. */
  readonly mayComeBack: boolean;
  readonly clock: Clock;
}

const UNDECIDED = "nobody decided while the call waited; call again to ask anew";

/** Parks calls, until their outcome is delivered or their deadline has passed. */
export function createParkedCalls({ db, sessionId, mayComeBack, clock }: ParkedCallsParts): ParkedCalls {
  const parked = new Map<string, Date>();
  return {
    async park(id) {
      if (mayComeBack) await withRetry(() => parkApproval(db, id, sessionId), STORE_RETRY);
      else await withRetry(() => dropApproval(db, id, sessionId, UNDECIDED), STORE_RETRY);
      const approval = await sweepAndGet(db, id);
      if (approval.parkedAt) parked.set(id, approval.deadline);
      return approval;
    },
    async delivered(id) {
      parked.delete(id);
      await withRetry(() => deliverApproval(db, id, sessionId), STORE_RETRY);
    },
    hasParked() {
      for (const [id, deadline] of parked) if (deadline <= clock.now()) parked.delete(id);
      return parked.size > 0;
    },
  };
}
