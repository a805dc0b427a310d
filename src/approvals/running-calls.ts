import { withRetry } from "#base";
import { type Db, finishApproval, type RunEnd } from "#store";
import { begin } from "./begin.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { writeOutcome } from "./outcome.ts";
import { STORE_RETRY } from "./store-retry.ts";
import type { ApprovalRequests } from "./types.ts";

/** Approved calls of one session that run right now; each keeps its lease until it has ended. */
export type RunningCalls = Pick<ApprovalRequests, "begin" | "finish" | "unanswered">;

/** Parts that running calls need. */
export interface RunningCallsParts {
  readonly db: Db;
  readonly sessionId: string;
  readonly heartbeat: Heartbeat;
  readonly leaseMs: number;
}

/** Begins and ends calls whose approval lets them run. */
export function createRunningCalls({ db, sessionId, heartbeat, leaseMs }: RunningCallsParts): RunningCalls {
  const running = new Map<string, { readonly release: () => void; readonly isParked: boolean }>();

  async function end(run: Omit<RunEnd, "sessionId">): Promise<void> {
    const held = running.get(run.id);
    running.delete(run.id);
    try {
      await withRetry(() => finishApproval(db, { ...run, sessionId }), STORE_RETRY);
    } finally {
      held?.release();
    }
  }

  return {
    async begin(id, preconditions) {
      const release = heartbeat.hold(id, "running");
      const begun = await begin({ db, heartbeat, id, sessionId, leaseMs, preconditions }).catch((error) => {
        release();
        throw error;
      });
      if (begun.run) running.set(id, { release, isParked: begun.approval.parkedAt !== undefined });
      else release();
      return begun;
    },
    finish(id, outcome, ok) {
      // Only a caller that was told "still waiting" can come back for the reply.
      const isKept = running.get(id)?.isParked !== false;
      return end({
        id,
        status: ok ? "executed" : "failed",
        outcome: isKept ? writeOutcome(outcome) : undefined,
      });
    },
    unanswered(id, { sent, why }) {
      if (sent) return end({ id, status: "unknown", reason: why });
      return end({ id, status: "failed", reason: `it was never sent to the server: ${why}` });
    },
  };
}
