import type { Query } from "../db.ts";
import { storable } from "./approval-rows.ts";

/** A vote as it is cast. */
export interface NewVote {
  readonly approvalId: string;
  readonly decider: string;
  readonly verdict: "approve" | "deny";
  readonly argumentsDigest: string;
  readonly reason?: string | undefined;
}

export async function insertVote(tx: Query, vote: NewVote): Promise<void> {
  await tx.rows(
    `INSERT INTO vote (approval_id, decider, verdict, arguments_digest, reason, at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp())`,
    [
      vote.approvalId,
      vote.decider,
      vote.verdict,
      vote.argumentsDigest,
      vote.reason === undefined ? null : storable(vote.reason),
    ],
  );
}

/** The votes so far were for other arguments, and count for nothing. */
export async function voidVotes(tx: Query, approvalId: string): Promise<void> {
  await tx.rows(
    "UPDATE vote SET voided_at = clock_timestamp() WHERE approval_id = $1 AND voided_at IS NULL",
    [approvalId],
  );
}
