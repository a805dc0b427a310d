import * as z from "zod";
import type { Approval, ApprovalStatus, Risk, Vote, Workflow } from "#model";

/** What every read of approvals selects, but for the agent's own texts; `a` is the approval, `s` its session. */
export const FACT_COLUMNS = `a.id, a.status, a.server, a.tool, a.name, a.definition_digest, a.proposed_digest,
  a.effective_digest, a.rule, a.risk, a.why, a.policy_version, a.workflow, a.meta, a.reason, a.created_at, a.deadline,
  a.patience_until, a.escalated_at, a.parked_at, a.decided_at, a.decided_by, a.finished_at, a.session_id, s.client,
  s.client_version, s.cwd, s."user", s.address, s.is_claimed,
  (SELECT coalesce(json_agg(json_build_object('decider', v.decider, 'verdict', v.verdict, 'at', v.at,
     'argumentsDigest', v.arguments_digest, 'reason', v.reason, 'voidedAt', v.voided_at) ORDER BY v.id), '[]')
   FROM vote v WHERE v.approval_id = a.id) AS votes,
  (SELECT coalesce(json_agg(json_build_object('person', r.person, 'argumentsDigest', r.arguments_digest)
     ORDER BY r.at), '[]')
   FROM reveal r WHERE r.approval_id = a.id) AS reveals`;

/** All of an approval; what will run is NULL where it is what was proposed, which may be long. */
export const APPROVAL_COLUMNS = `${FACT_COLUMNS}, a.proposed_args, a.justification,
  nullif(a.effective_args, a.proposed_args) AS effective_args`;

export const APPROVAL_TABLES = "approval a JOIN session s ON s.id = a.session_id";

/** One row of them. */
export interface ApprovalRow {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly server: string;
  readonly tool: string;
  readonly name: string;
  readonly definition_digest: string;
  readonly proposed_args: string;
  readonly proposed_digest: string;
  readonly effective_args: string | null;
  readonly effective_digest: string;
  readonly rule: string;
  readonly risk: Risk;
  readonly why: string | null;
  readonly justification: string | null;
  readonly policy_version: string;
  readonly workflow: unknown;
  readonly meta: string | null;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly deadline: Date;
  readonly patience_until: Date | null;
  readonly escalated_at: Date | null;
  readonly parked_at: Date | null;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly finished_at: Date | null;
  readonly session_id: string;
  readonly client: string;
  readonly client_version: string;
  readonly cwd: string;
  readonly user: string;
  readonly address: string | null;
  readonly is_claimed: boolean;
  readonly votes: unknown;
  readonly reveals: unknown;
}

const panel = z.object({
  name: z.string(),
  approvers: z.array(z.string()),
  quorum: z.int(),
  escalate: z.object({ afterMs: z.number(), to: z.array(z.string()) }).optional(),
});

const workflow = panel.extend({
  timeoutMs: z.number(),
  notify: z.array(z.string()),
  also: z.tuple([panel], panel).optional(),
});

const votes = z.array(
  z.object({
    decider: z.string(),
    verdict: z.enum(["approve", "deny"]),
    argumentsDigest: z.string(),
    reason: z.string().nullable(),
    at: z.string(),
    voidedAt: z.string().nullable(),
  }),
);

const reveals = z.array(z.object({ person: z.string(), argumentsDigest: z.string() }));

/** A row as the rest of the program knows it. */
export function readApprovalRow(row: ApprovalRow): Approval {
  return {
    id: row.id,
    status: row.status,
    session: {
      id: row.session_id,
      client: row.client,
      clientVersion: row.client_version,
      cwd: row.cwd,
      user: row.user,
      ...known({ address: row.address }),
      ...(row.is_claimed && { isClaimed: true }),
    },
    server: row.server,
    tool: row.tool,
    name: row.name,
    definitionDigest: row.definition_digest,
    proposedArgs: row.proposed_args,
    proposedDigest: row.proposed_digest,
    effectiveArgs: row.effective_args ?? row.proposed_args,
    effectiveDigest: row.effective_digest,
    rule: row.rule,
    risk: row.risk,
    policyVersion: row.policy_version,
    workflow: workflow.parse(row.workflow) as Workflow,
    votes: votes.parse(row.votes).map(readVote),
    reveals: reveals.parse(row.reveals),
    createdAt: row.created_at,
    deadline: row.deadline,
    ...known({
      meta: row.meta,
      why: row.why,
      justification: row.justification,
      reason: row.reason,
      patienceUntil: row.patience_until,
      escalatedAt: row.escalated_at,
      parkedAt: row.parked_at,
      decidedAt: row.decided_at,
      decidedBy: row.decided_by,
      finishedAt: row.finished_at,
    }),
  };
}

function readVote({
  decider,
  verdict,
  argumentsDigest,
  reason,
  at,
  voidedAt,
}: z.infer<typeof votes>[0]): Vote {
  return {
    decider,
    verdict,
    argumentsDigest,
    at: new Date(at),
    ...known({ reason, voidedAt: voidedAt === null ? null : new Date(voidedAt) }),
  };
}

type Known<T> = { readonly [Key in keyof T]?: NonNullable<T[Key]> };

/** The members that are not NULL. */
export function known<T extends object>(members: T): Known<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Known<T>;
}

/** The order of Postgres's collation "C", which is the same everywhere. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Free text as Postgres can keep it: it has no NUL and no lone surrogates. */
export function storable(text: string): string {
  return text.replaceAll(/[\0\p{Surrogate}]/gu, "\ufffd");
}
