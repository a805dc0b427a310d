import { type ApprovalDecisions, type DecideInput, oddlyHiddenFrom, type SessionRecord } from "#approvals";
import { digestOf, PreloopError, readJson } from "#base";
import type { Approval, Grant } from "#model";
import { NOW } from "./approvals.ts";

/** The decisions' side of approvals in memory: for what the screen does, while the real one has tests of its own. */
export interface MemoryDecisions extends ApprovalDecisions {
  readonly sent: DecideInput[];
  readonly frozen: string[];
  put(approval: Approval): void;
  putGrant(grant: Grant): void;
  putSession(session: SessionRecord): void;
  /** Every question fails with this until it is undefined again. */
  lose(error: Error | undefined): void;
  /** What `decide` answers before it does anything. */
  refuseWith(error: Error | undefined): void;
}

export function memoryDecisions(approvals: readonly Approval[] = []): MemoryDecisions {
  const rows = new Map(approvals.map((approval) => [approval.id, approval]));
  const grants = new Map<string, Grant>();
  const sessions = new Map<string, SessionRecord>();
  const watchers = new Set<(id: string | undefined) => void>();
  const sent: DecideInput[] = [];
  const frozen: string[] = [];
  let lost: Error | undefined;
  let refusal: Error | undefined;
  const told = () => {
    for (const watcher of watchers) watcher(undefined);
  };
  const standing = () => {
    if (lost) throw lost;
  };
  const find = (id: string): Approval => {
    const row = rows.get(id);
    if (!row) throw new PreloopError("not_found", `No approval ${id}`);
    return row;
  };
  return {
    sent,
    frozen,
    put(approval) {
      rows.set(approval.id, approval);
      told();
    },
    putGrant: (grant) => void grants.set(grant.id, grant),
    putSession: (session) => void sessions.set(session.id, session),
    lose(error) {
      lost = error;
    },
    refuseWith(error) {
      refusal = error;
    },
    async list({ status } = {}) {
      standing();
      return [...rows.values()]
        .filter((row) => !status || status.includes(row.status))
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    },
    async get(id) {
      standing();
      return find(id);
    },
    async decide(input) {
      standing();
      const row = find(input.id);
      if (refusal) throw refusal;
      if (row.status !== "pending") throw new PreloopError("already_decided", `${row.decidedBy} was first`);
      if (input.seenDigest !== row.effectiveDigest)
        throw new PreloopError("decision_refused", "not what is there now");
      if (input.verdict === "approve" && oddlyHiddenFrom(input.decider, row, []).length > 0)
        throw new PreloopError("decision_refused", "masked, and not revealed");
      sent.push(input);
      const edit =
        input.args === undefined
          ? {}
          : { effectiveArgs: input.args, effectiveDigest: digestOf(readJson(input.args)) };
      const next: Approval = {
        ...row,
        ...edit,
        status: input.verdict === "approve" ? "approved" : "denied",
        decidedBy: input.decider,
        decidedAt: NOW,
        ...(input.reason === undefined ? {} : { reason: input.reason }),
        votes: [
          { decider: input.decider, verdict: input.verdict, argumentsDigest: row.effectiveDigest, at: NOW },
        ],
      };
      rows.set(row.id, next);
      told();
      return next;
    },
    async revealed({ id, effectiveDigest }, person) {
      standing();
      const row = find(id);
      rows.set(id, {
        ...row,
        reveals: [...(row.reveals ?? []), { person, argumentsDigest: effectiveDigest }],
      });
      told();
    },
    async history(approval, limit = 5) {
      standing();
      return [...rows.values()]
        .filter((row) => row.name === approval.name && row.createdAt < approval.createdAt)
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
        .slice(0, limit);
    },
    async grants() {
      standing();
      return [...grants.values()].filter((grant) => !grant.revokedAt);
    },
    async revokeGrant(id) {
      const grant = { ...grants.get(id)!, revokedAt: NOW };
      grants.set(id, grant);
      return grant;
    },
    async sessions() {
      standing();
      return [...sessions.values()];
    },
    async freeze(id, by) {
      frozen.push(id);
      const session = { ...sessions.get(id)!, frozenAt: NOW, frozenBy: by };
      sessions.set(id, session);
      return session;
    },
    async thaw(id) {
      const { frozenAt: _, frozenBy: __, ...session } = sessions.get(id)!;
      sessions.set(id, session);
      return session;
    },
    async watch(onChange) {
      standing();
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
    mintLink: () => Promise.reject(new Error("not here")),
    readLink: () => Promise.reject(new Error("not here")),
    decideByLink: () => Promise.reject(new Error("not here")),
  };
}

export function aSession(given: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: "s7k2",
    kind: "stdio",
    client: "claude-code",
    clientVersion: "2.1.0",
    user: "local:ana",
    host: "desk",
    pid: 4711,
    cwd: "/home/ana/src/api",
    startedAt: new Date(NOW.getTime() - 3_600_000),
    counts: { pending: 1, executed: 4 },
    ...given,
  };
}
