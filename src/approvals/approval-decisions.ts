import { PreloopError } from "#base";
import type { Grant } from "#model";
import {
  APPROVAL_CHANNEL,
  type Db,
  findSession,
  GRANT_CHANNEL,
  insertReveal,
  listApprovals,
  listGrants,
  listSessions,
  revokeGrant,
  type SessionRecord,
  setFrozen,
  supersedeSession,
  sweepApprovals,
} from "#store";
import { decide } from "./decide.ts";
import type { ApprovalDecisions } from "./decision-types.ts";
import { decideByLink, mintLink, openLink } from "./links.ts";
import { sweepAndGet, typedId } from "./sweep-and-get.ts";

/** Of everything there ever was, the newest; of one status, all that a person could ask for. */
const LIST_LIMIT = 500;
const STATUS_LIMIT = 10_000;
const HISTORY_LIMIT = 5;

/** Options of {@link createApprovalDecisions}: where questions are kept, and what the decider's config says of them. */
export interface ApprovalDecisionsOptions {
  readonly db: Db;
  /** Further names whose values are masked. */
  readonly secretNames?: readonly string[];
}

/** The decisions on approvals, for a terminal, a page or a command. */
export function createApprovalDecisions({
  db,
  secretNames = [],
}: ApprovalDecisionsOptions): ApprovalDecisions {
  const rules = { secretNames };
  return {
    async list(filter = {}) {
      await sweepApprovals(db);
      const limit = filter.status || filter.ids ? STATUS_LIMIT : LIST_LIMIT;
      const before =
        filter.before === undefined ? undefined : (await sweepAndGet(db, typedId(filter.before))).id;
      return listApprovals(db, { limit, ...filter, before });
    },
    get: (id) => sweepAndGet(db, typedId(id)),
    decide: (input) => decide(db, { ...input, id: typedId(input.id) }, rules),
    revealed: ({ id, effectiveDigest }, person) =>
      insertReveal(db, { approvalId: id, person, argumentsDigest: effectiveDigest }),
    async history({ id, server, tool }, limit = HISTORY_LIMIT) {
      return (await listApprovals(db, { server, tool, before: id, limit })).reverse();
    },
    grants: ({ all = false } = {}) => listGrants(db, all),
    async revokeGrant(id, by) {
      return found(await revokeGrant(db, typedId(id), by), "grant", id);
    },
    sessions: ({ all = false } = {}) => listSessions(db, all),
    freeze: (sessionId, by) => freeze(db, sessionId, by),
    async thaw(sessionId) {
      await setFrozen(db, sessionId, undefined);
      return found(await findSession(db, sessionId), "session", sessionId);
    },
    async watch(onChange) {
      const stopApprovals = await db.listen(APPROVAL_CHANNEL, onChange);
      const stopGrants = await db.listen(GRANT_CHANNEL, () => onChange(undefined));
      return async () => {
        await stopApprovals();
        await stopGrants();
      };
    },
    mintLink: (id, decider, ttlMs) => mintLink(db, typedId(id), decider, ttlMs),
    readLink: (id, token) => openLink(db, id, token),
    decideByLink: (token, input) => decideByLink(db, token, input, rules),
  };
}

/** Nothing of the session runs from here on, and what it asked no longer stands. */
async function freeze(db: Db, sessionId: string, by: string): Promise<SessionRecord> {
  await db.transaction(async (tx) => {
    for (const id of await setFrozen(tx, sessionId, by))
      await supersedeSession(tx, id, `the session was frozen by ${by}`);
  });
  return found(await findSession(db, sessionId), "session", sessionId);
}

function found<T extends SessionRecord | Grant>(row: T | undefined, what: string, id: string): T {
  if (row) return row;
  throw new PreloopError("not_found", `No ${what} ${id}; "preloop ${what}s list" shows them`);
}
