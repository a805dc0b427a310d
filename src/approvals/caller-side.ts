import { hostname } from "node:os";
import { type Clock, type Log, PreloopError, shortId, silentLog, systemClock, writeJson } from "#base";
import { type Approval, argumentsDigestOf, type SessionRef, titleOf } from "#model";
import {
  cancelApproval,
  cancelSession,
  type Db,
  deliverApproval,
  endSession,
  findSession,
  finishApproval,
  insertApproval,
  parkApproval,
  type RunEnd,
  registerSession,
} from "#store";
import { begin } from "./begin.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { look } from "./look.ts";
import { writeOutcome } from "./outcome.ts";
import { redeem } from "./redeem.ts";
import { settle } from "./settle.ts";
import { steadily } from "./steadily.ts";
import type { Ask, CallerSide } from "./types.ts";
import { createWake } from "./wake.ts";

/** The process that speaks for a session, and where it keeps its questions. */
export interface CallerOptions {
  readonly db: Db;
  readonly session: SessionRef;
  readonly kind?: string;
  readonly host?: string;
  readonly pid?: number;
  readonly log?: Log;
  readonly clock?: Clock;
  /** How long a sign of life holds; a third of it passes between two. */
  readonly leaseMs?: number;
}

const LEASE_MS = 30_000;
const SESSION_LEASES = 5;
const ID_TRIES = 8;

/** The gateway's half of approvals for one session. Makes the session known to the store in the background at once. */
export function createCallerSide(options: CallerOptions): CallerSide {
  const { db, session, log = silentLog, clock = systemClock, leaseMs = LEASE_MS } = options;
  const { kind = "stdio", host = hostname(), pid = process.pid } = options;
  const sessionMs = leaseMs * SESSION_LEASES;
  const wake = createWake(db);
  const heartbeat = createHeartbeat({ db, sessionId: session.id, leaseMs, sessionMs, log });
  const running = new Map<string, { readonly release: () => void; readonly isParked: boolean }>();
  let registered: Promise<void> | undefined;

  function register(): Promise<void> {
    registered ??= registerSession(db, { ...session, kind, host, pid, leaseMs: sessionMs });
    registered.catch(() => {
      registered = undefined;
    });
    return registered;
  }

  async function ask(question: Ask): Promise<Approval> {
    await register();
    for (let attempt = 0; attempt < ID_TRIES; attempt++) {
      const id = shortId();
      if (await insertApproval(db, newRow(id, question, session.id, leaseMs))) return look(db, id);
      const known = await findSession(db, session.id);
      if (known?.frozenAt)
        throw new PreloopError("session_frozen", `This session was frozen by ${known.frozenBy}`);
    }
    throw new PreloopError("store_conflict", "No free id for a new approval was found; try again");
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
    ask,
    async settled(id, { untilMs, signal }) {
      const release = heartbeat.hold(id, "waiting");
      try {
        return await settle({ db, wake, heartbeat, clock, id, untilMs, signal });
      } finally {
        // Time to begin, park or cancel; whoever does none of it has gone away.
        setTimeout(release, leaseMs).unref();
      }
    },
    async park(id) {
      await steadily(() => parkApproval(db, id, session.id));
      return look(db, id);
    },
    async redeem(call) {
      await register();
      return redeem(call, { db, heartbeat, kind, host, leaseMs });
    },
    async begin(id, standing) {
      const release = heartbeat.hold(id, "running");
      const begun = await begin({ db, heartbeat, id, sessionId: session.id, leaseMs, standing }).catch(
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
      await steadily(() => deliverApproval(db, id, session.id));
    },
    async cancel(id, reason) {
      await steadily(() => cancelApproval(db, id, session.id, reason));
    },
    async leave() {
      heartbeat.end();
      try {
        await db.transaction(async (tx) => {
          await cancelSession(tx, session.id, "the agent's session ended");
          await endSession(tx, session.id);
        });
      } finally {
        await wake.close();
      }
    },
  };
}

function newRow(id: string, ask: Ask, sessionId: string, leaseMs: number) {
  const { call, decision, workflow, policyVersion, inputSchema, patienceMs } = ask;
  return {
    id,
    callId: call.id,
    sessionId,
    server: call.server,
    tool: titleOf(call),
    name: call.name,
    definitionDigest: call.definitionDigest,
    args: call.argsText,
    argsDigest: argumentsDigestOf(call),
    inputSchema,
    meta: call.meta && writeJson(call.meta),
    rule: decision.rule,
    risk: decision.risk,
    why: decision.reason,
    justification: call.justification,
    policyVersion,
    workflow,
    patienceMs,
    leaseMs,
  };
}
