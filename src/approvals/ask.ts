import { PreloopError, shortId, writeJson } from "#base";
import { type Approval, argumentsDigestOf, type QuestionLimit, type QuestionLimits, titleOf } from "#model";
import {
  type Db,
  insertApproval,
  lockAsking,
  type NewApproval,
  type QuestionLoad,
  readFreeze,
  readQuestionLoad,
} from "#store";
import { sweepAndGet } from "./sweep-and-get.ts";
import type { Ask } from "./types.ts";

/** The process that asks, and how much it may have waiting. */
export interface Asker {
  readonly db: Db;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly limits: QuestionLimits;
}

const ID_TRIES = 8;

/** Writes a question down. @throws questions_full, session_frozen, store_conflict, store_unavailable */
export async function ask(question: Ask, asker: Asker): Promise<Approval> {
  const { db, sessionId } = asker;
  for (let attempt = 0; attempt < ID_TRIES; attempt++) {
    const row = newRow(shortId(), question, asker);
    if (await insert(row, question, asker)) return sweepAndGet(db, row.id);
    const frozenBy = await readFreeze(db, sessionId);
    if (frozenBy !== undefined)
      throw new PreloopError("session_frozen", `This session was frozen by ${frozenBy}`);
  }
  throw new PreloopError("store_conflict", "No free id for a new approval was found; try again");
}

// Counted and written under one lock: processes that ask at the same moment cannot pass the bound together.
function insert(row: NewApproval, { call }: Ask, { db, sessionId, limits }: Asker): Promise<boolean> {
  const added = Buffer.byteLength(row.args) + Buffer.byteLength(row.justification ?? "");
  return db.transaction(async (tx) => {
    await lockAsking(tx, sessionId);
    const { session, user } = await readQuestionLoad(tx, sessionId);
    refuseFull(session, limits.session, { name: call.name, added, whose: "this session" });
    refuseFull(user, limits.user, { name: call.name, added, whose: "this user's sessions" });
    return insertApproval(tx, row);
  });
}

interface Added {
  readonly name: string;
  readonly added: number;
  readonly whose: string;
}

function refuseFull(load: QuestionLoad, limit: QuestionLimit, { name, added, whose }: Added): void {
  const what =
    load.questions >= limit.questions
      ? `${load.questions} questions of ${whose} are open already, and no more may be`
      : load.bytes + added > limit.bytes
        ? `with its ${added} bytes, the open questions of ${whose} would hold more than the ${limit.bytes} bytes they may`
        : undefined;
  if (what === undefined) return;
  throw new PreloopError(
    "questions_full",
    `${name} was not asked about: ${what}. Nothing was executed. Tell your user, who decides on open questions with "preloop approvals"; call again when there are fewer.`,
    { data: { reason: what } },
  );
}

function newRow(id: string, asked: Ask, { sessionId, leaseMs }: Asker): NewApproval {
  const { call, decision, workflow, policyVersion, inputSchema, clientTimeoutMs } = asked;
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
    clientTimeoutMs,
    leaseMs,
  };
}
