import { hostname } from "node:os";
import { type Clock, type Log, silentLog, systemClock, withRetry } from "#base";
import { type Approval, QUESTION_LIMITS, type QuestionLimits, type SessionRef } from "#model";
import { cancelApproval, cancelSession, type Db, endSession, registerSession } from "#store";
import { ask } from "./ask.ts";
import { createChangeWaiter } from "./change-waiter.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createParkedCalls } from "./parked-calls.ts";
import { redeem } from "./redeem.ts";
import { createRunningCalls } from "./running-calls.ts";
import { STORE_RETRY } from "./store-retry.ts";
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

/** The gateway's half of approvals for one session. Makes the session known to the store in the background at once. */
export function createApprovalRequests(options: ApprovalRequestsOptions): ApprovalRequests {
  const { db, session, log = silentLog, clock = systemClock, leaseMs = LEASE_MS } = options;
  const { kind = "stdio", host = hostname(), pid = process.pid, limits = () => QUESTION_LIMITS } = options;
  const sessionMs = leaseMs * SESSION_LEASES;
  const changeWaiter = createChangeWaiter(db);
  const heartbeat = createHeartbeat({ db, sessionId: session.id, leaseMs, sessionMs, log });
  const parked = createParkedCalls({ db, sessionId: session.id, mayComeBack: !session.isClaimed, clock });
  const running = createRunningCalls({ db, sessionId: session.id, heartbeat, leaseMs });
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

  void register().catch(() => {});
  return {
    ...running,
    ...parked,
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
    async redeem(call) {
      await register();
      // Nobody can tell who comes back for it.
      if (session.isClaimed) return undefined;
      return redeem(call, { db, heartbeat, kind, host, leaseMs });
    },
    async cancel(id, reason) {
      await withRetry(() => cancelApproval(db, id, session.id, reason), STORE_RETRY);
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
