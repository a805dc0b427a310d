import { randomUUID } from "node:crypto";
import type { ApprovalDecisions, ApprovalRequests, Ask, RunPreconditions } from "#approvals";
import { type ApprovalRequestsOptions, createApprovalDecisions, createApprovalRequests } from "#approvals";
import { type JsonObject, readJson } from "#base";
import type { Approval, Decision, SessionRef, ToolCall, Workflow } from "#model";
import type { Db } from "#store";

export const plainWorkflow: Workflow = {
  name: "default",
  approvers: [],
  quorum: 1,
  timeoutMs: 900_000,
  notify: [],
};

export const askDecision: Decision = { action: "ask", rule: "writes", risk: "medium", faults: [] };

export function newSession(changes: Partial<SessionRef> = {}): SessionRef {
  return {
    id: randomUUID(),
    client: "test-client",
    clientVersion: "1",
    cwd: "/work",
    user: "local:ana",
    ...changes,
  };
}

/** A call of `files__write` unless told otherwise. */
export function newCall(
  session: SessionRef,
  changes: Partial<ToolCall> & { readonly argsText?: string } = {},
): ToolCall {
  const argsText = changes.argsText ?? `{"path":"/tmp/a","text":"hello"}`;
  return {
    id: randomUUID(),
    session,
    server: "files",
    tool: "write",
    name: "files__write",
    definitionDigest: "definition-1",
    annotations: {},
    trusted: false,
    ...changes,
    args: readJson(argsText) as JsonObject,
    argsText,
  };
}

export function newAsk(call: ToolCall, changes: Partial<Ask> = {}): Ask {
  return {
    call,
    decision: askDecision,
    workflow: plainWorkflow,
    policyVersion: "policy-1",
    clientTimeoutMs: 45_000,
    ...changes,
  };
}

export const preconditions: RunPreconditions = {
  definitionDigest: "definition-1",
  policyVersion: "policy-1",
  decision: askDecision,
  workflow: plainWorkflow,
};

/** One agent's session and the people who decide, on one store. */
export interface Scene {
  readonly db: Db;
  readonly session: SessionRef;
  readonly caller: ApprovalRequests;
  readonly deciders: ApprovalDecisions;
  /** Asks about a new call. */
  ask(changes?: Partial<ToolCall>, askChanges?: Partial<Ask>): Promise<Approval>;
  approve(id: string, decider?: string): Promise<Approval>;
}

export function newScene(db: Db, options: Partial<ApprovalRequestsOptions> = {}): Scene {
  const session = options.session ?? newSession();
  const caller = createApprovalRequests({ db, ...options, session });
  const deciders = createApprovalDecisions({ db });
  return {
    db,
    session,
    caller,
    deciders,
    ask: (changes, askChanges) => caller.ask(newAsk(newCall(session, changes), askChanges)),
    approve: (id, decider = "local:bo") => deciders.decide({ id, decider, verdict: "approve" }),
  };
}

/** Lets time pass for one approval: its deadline, its caller's lease, or its time to escalate is now behind it. */
export async function pass(
  db: Db,
  id: string,
  what: "deadline" | "lease_until" | "escalate_at",
): Promise<void> {
  await db.rows(`UPDATE approval SET ${what} = clock_timestamp() - interval '1 second' WHERE id = $1`, [id]);
}

/** Waits for what must come; the test's own time limit is the only clock. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const never = new AbortController().signal;
