import type { ApprovalHead, ApprovalStatus, ListedApproval } from "#model";
import type { Query } from "../db.ts";
import { APPROVAL_TABLES, type ApprovalRow, FACT_COLUMNS, readApprovalRow } from "./approval-rows.ts";

/** Query for approvals to list: the newest `limit` of them, oldest first. */
export interface ApprovalQuery {
  readonly status?: readonly ApprovalStatus[] | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  readonly session?: string | undefined;
  /** An approval's id: only those asked before it. */
  readonly before?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly limit: number;
}

/** What a listing carries of one text: a thousand rows of it are still read in a moment. */
const HEAD = 8_192;

// Cut where they are kept: a listing of long arguments must not move them.
const LISTED_COLUMNS = `${FACT_COLUMNS}, left(a.effective_args, ${HEAD}) AS effective_args,
  left(a.justification, ${HEAD}) AS justification, octet_length(a.effective_args) AS args_bytes,
  CASE WHEN greatest(octet_length(a.proposed_args), octet_length(a.effective_args), octet_length(a.justification))
      <= ${HEAD}
    THEN a.proposed_args END AS proposed_args`;

interface ListedRow extends Omit<ApprovalRow, "proposed_args"> {
  readonly proposed_args: string | null;
  readonly args_bytes: number;
}

/** Lists approvals, oldest first; of long arguments only the beginning. */
export async function listApprovals(db: Query, query: ApprovalQuery): Promise<ListedApproval[]> {
  const rows = await db.rows<ListedRow>(
    `SELECT ${LISTED_COLUMNS} FROM ${APPROVAL_TABLES} WHERE a.id IN (SELECT a.id FROM approval a
     WHERE ($1::text[] IS NULL OR a.status = ANY($1)) AND ($2::text IS NULL OR a.server = $2)
       AND ($3::text IS NULL OR a.tool = $3) AND ($4::text IS NULL OR a.session_id = $4)
       AND ($5::text IS NULL OR (a.created_at, a.id) < (SELECT b.created_at, b.id FROM approval b WHERE b.id = $5))
       AND ($6::text[] IS NULL OR a.id = ANY($6))
     ORDER BY a.created_at DESC, a.id DESC LIMIT $7)
     ORDER BY a.created_at, a.id`,
    [
      query.status ?? null,
      query.server ?? null,
      query.tool ?? null,
      query.session ?? null,
      query.before ?? null,
      query.ids ?? null,
      query.limit,
    ],
  );
  return rows.map(readListedRow);
}

function readListedRow(row: ListedRow): ListedApproval {
  const { proposed_args, args_bytes, ...rest } = row;
  if (proposed_args !== null) return readApprovalRow({ ...rest, proposed_args });
  const { proposedArgs: _, effectiveArgs, ...facts } = readApprovalRow({ ...rest, proposed_args: "" });
  return { ...facts, argsHead: effectiveArgs, argsBytes: args_bytes } satisfies ApprovalHead;
}
