import { hostname } from "node:os";
import { type Clock, type Log, silentLog, systemClock } from "#base";
import { type Approval, QUESTION_LIMITS, type QuestionLimits, type SessionRef } from "#model";
import {
  cancelApproval,
  cancelSession,
  type Db,
  deliverApproval,
  dropApproval,
  endSession,
  finishApproval,
  parkApproval,
  type RunEnd,
  registerSession,
} from "#store";
import { ask } from "./ask.ts";
import { begin } from "./begin.ts";
import { createChangeWaiter } from "./change-waiter.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { writeOutcome } from "./outcome.ts";
import { redeem } from "./redeem.ts";
import { steadily } from "./steadily.ts";
import { sweepAndGet } from "./sweep-and-get.ts";
import type { ApprovalRequests, Ask } from "./types.ts";
import { waitForDecision } from "./wait-for-decision.ts";

/** The process that speaks for a session, and where it keeps its questions. */
export interface ApprovalRequestsOptions {
  readonly db: Db;
  readonly session: SessionRef;
  readonly kind?: string;
  readonly host?: string;
  readonly pid?: number;
  readonly log?: Log;
  readonly clock?: Clock;
  /** How long a sign of life holds; a third of it passes between two. */
  readonly leaseMs?: number;
  /** How much may wait for people at once, as it is right now. */
  readonly limits?: () => QuestionLimits;
}

const LEASE_MS = 30_000;
const SESSION_LEASES = 5;
const UNDECIDED = "nobody decided while the call waited; call again to ask anew";

/** The gateway's half of approvals for one session. Makes the session known to the store in the background at once. */
export function createApprovalRequests(options: ApprovalRequestsOptions): ApprovalRequests {
  const { db, session, log = silentLog, clock = systemClock, leaseMs = LEASE_MS } = options;
  const { kind = "stdio", host = hostname(), pid = process.pid, limits = () => QUESTION_LIMITS } = options;
  const sessionMs = leaseMs * SESSION_LEASES;
  const changeWaiter = createChangeWaiter(db);
  const heartbeat = createHeartbeat({ db, sessionId: session.id, leaseMs, sessionMs, log });
  const running = new Map<string, { readonly release: () => void; readonly isParked: boolean }>();
  const parked = new Map<string, Date>();
  let registered: Promise<void> | undefined;

  function register(): Promise<void> {
    registered ??= registerSession(db, { ...session, kind, host, pid, leaseMs: sessionMs });
    registered.catch(() => {
      registered = undefined;
    });
    return registered;
  }

  async function askPeople(question: Ask): Promise<Approval> {
    await register();
    return ask(question, { db, sessionId: session.id, leaseMs, limits: limits() });
  }

  async function end(run: Omit<RunEnd, "sessionId">): Promise<void> {
    const held = running.get(run.id);
    running.delete(run.id);
    try {
      await steadily(() => finishApproval(db, { ...run, sessionId: session.id }));
    } finally {
      held?.release();
    }
  }

  void register().catch(() => {});
  return {
    ask: askPeople,
    async waitForDecision(id, { untilMs, signal }) {
      const release = heartbeat.hold(id, "waiting");
      try {
        return await waitForDecision({ db, changeWaiter, heartbeat, clock, id, untilMs, signal });
      } finally {
        // Time to begin, park or cancel; whoever does none of it has gone away.
        setTimeout(release, leaseMs).unref();
      }
    },
    async park(id) {
      if (session.isClaimed) await steadily(() => dropApproval(db, id, session.id, UNDECIDED));
      else await steadily(() => parkApproval(db, id, session.id));
      const approval = await sweepAndGet(db, id);
      if (approval.parkedAt) parked.set(id, approval.deadline);
      return approval;
    },
    async redeem(call) {
      await register();
      // Nobody can tell who comes back for it.
      if (session.isClaimed) return undefined;
      return redeem(call, { db, heartbeat, kind, host, leaseMs });
    },
    async begin(id, preconditions) {
      const release = heartbeat.hold(id, "running");
      const begun = await begin({ db, heartbeat, id, sessionId: session.id, leaseMs, preconditions }).catch(
        (error) => {
          release();
          throw error;
        },
      );
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
    async delivered(id) {
      parked.delete(id);
      await steadily(() => deliverApproval(db, id, session.id));
    },
    async cancel(id, reason) {
      await steadily(() => cancelApproval(db, id, session.id, reason));
    },
    hasParked() {
      for (const [id, deadline] of parked) if (deadline <= clock.now()) parked.delete(id);
      return parked.size > 0;
    },
    async leave() {
      heartbeat.end();
      try {
        await db.transaction(async (tx) => {
          await cancelSession(tx, session.id, "the agent's session ended");
          await endSession(tx, session.id);
        });
      } finally {
        await changeWaiter.close();
      }
    },
  };
}
