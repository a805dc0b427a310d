import { type Approval, panelsOf, type Risk, type Workflow } from "#model";
import type { Query } from "../db.ts";
import { APPROVAL_CHANNEL } from "../notify-channels.ts";
import { storeNow } from "../store-time.ts";
import {
  APPROVAL_COLUMNS,
  APPROVAL_TABLES,
  type ApprovalRow,
  readApprovalRow,
  storable,
} from "./approval-rows.ts";

/** A question as it is first written down. */
export interface NewApproval {
  readonly id: string;
  readonly callId: string;
  readonly sessionId: string;
  readonly server: string;
  readonly tool: string;
  readonly name: string;
  readonly definitionDigest: string;
  readonly args: string;
  readonly argsDigest: string;
  readonly inputSchema?: string | undefined;
  readonly meta?: string | undefined;
  readonly rule: string;
  readonly risk: Risk;
  readonly why?: string | undefined;
  readonly justification?: string | undefined;
  readonly policyVersion: string;
  readonly workflow: Workflow;
  readonly clientTimeoutMs: number;
  readonly leaseMs: number;
}

/** Writes a question. False when its id is taken, or its session is unknown or frozen. */
export async function insertApproval(db: Query, row: NewApproval): Promise<boolean> {
  // The lock on the session row makes a freeze at the same moment either see this row or stop it.
  const added = await db.rows(
    `WITH added AS (
       INSERT INTO approval (id, call_id, session_id, server, tool, name, definition_digest, proposed_args,
         proposed_digest, effective_args, effective_digest, input_schema, rule, risk, why, justification,
         policy_version, workflow, created_at, deadline, patience_until, escalate_at, lease_until, meta)
       SELECT $1, $2, s.id, $4, $5, $6, $7, $8, $9, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb, now(),
         t + $17::float8 * interval '1 ms', t + $18::float8 * interval '1 ms',
         t + $19::float8 * interval '1 ms', t + $20::float8 * interval '1 ms', $21
       FROM session s, (SELECT ${storeNow("now()")} AS t) AS time WHERE s.id = $3 AND s.frozen_at IS NULL FOR SHARE OF s
       ON CONFLICT (id) DO NOTHING RETURNING id)
     SELECT id, pg_notify('${APPROVAL_CHANNEL}', id) FROM added`,
    [
      row.id,
      row.callId,
      row.sessionId,
      row.server,
      row.tool,
      row.name,
      row.definitionDigest,
      row.args,
      row.argsDigest,
      row.inputSchema ?? null,
      row.rule,
      row.risk,
      textOrNull(row.why),
      textOrNull(row.justification),
      row.policyVersion,
      JSON.stringify(row.workflow),
      row.workflow.timeoutMs,
      row.clientTimeoutMs,
      panelsOf(row.workflow).find(({ escalate }) => escalate)?.escalate?.afterMs ?? null,
      row.leaseMs,
      row.meta ?? null,
    ],
  );
  return added.length > 0;
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

export async function findApproval(db: Query, id: string): Promise<Approval | undefined> {
  const rows = await db.rows<ApprovalRow>(
    `SELECT ${APPROVAL_COLUMNS} FROM ${APPROVAL_TABLES} WHERE a.id = $1`,
    [id],
  );
  return rows[0] && readApprovalRow(rows[0]);
}

/** Approval with its row locked until the transaction ends, and all that a decision must look at. */
export interface LockedApproval {
  readonly approval: Approval;
  readonly isOverdue: boolean;
  /** Its caller is gone and was never told to wait. */
  readonly isAbandoned: boolean;
  readonly isEscalated: boolean;
}

/** Locks an approval, then reads it as it is once the lock is held. */
export async function lockApproval(tx: Query, id: string): Promise<LockedApproval | undefined> {
  await tx.rows("SELECT id FROM approval WHERE id = $1 FOR UPDATE", [id]);
  const [row] = await tx.rows<
    ApprovalRow & { readonly overdue: boolean; readonly abandoned: boolean; readonly escalated: boolean }
  >(
    `SELECT ${APPROVAL_COLUMNS}, a.deadline <= t AS overdue, a.parked_at IS NULL AND a.lease_until <= t AS abandoned,
       a.escalated_at IS NOT NULL OR a.escalate_at <= t IS TRUE AS escalated
     FROM ${APPROVAL_TABLES}, (SELECT ${storeNow()} AS t) AS time WHERE a.id = $1`,
    [id],
  );
  if (!row) return undefined;
  return {
    approval: readApprovalRow(row),
    isOverdue: row.overdue,
    isAbandoned: row.abandoned,
    isEscalated: row.escalated,
  };
}

/** The tool's input schema as it was when the question was asked. */
export async function readInputSchema(db: Query, id: string): Promise<string | undefined> {
  const rows = await db.rows<{ readonly input_schema: string | null }>(
    "SELECT input_schema FROM approval WHERE id = $1",
    [id],
  );
  return rows[0]?.input_schema ?? undefined;
}
