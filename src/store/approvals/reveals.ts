import type { Query } from "../db.ts";
import { APPROVAL_CHANNEL } from "../notify-channels.ts";

/** A person who was shown what masks hide. */
export interface NewReveal {
  readonly approvalId: string;
  readonly person: string;
  readonly argumentsDigest: string;
}

/** Remembers it, once. Whoever shows the approval hears of it, for that person's yes may be taken now. */
export async function insertReveal(
  db: Query,
  { approvalId, person, argumentsDigest }: NewReveal,
): Promise<void> {
  await db.rows(
    `WITH added AS (
       INSERT INTO reveal (approval_id, person, arguments_digest, at) VALUES ($1, $2, $3, clock_timestamp())
       ON CONFLICT DO NOTHING RETURNING approval_id)
     SELECT approval_id, pg_notify('${APPROVAL_CHANNEL}', approval_id) FROM added`,
    [approvalId, person, argumentsDigest],
  );
}
