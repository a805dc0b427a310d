import { PreloopError, secretToken, sha256 } from "#base";
import type { Approval } from "#model";
import { type Db, insertLink, readLink, useLink } from "#store";
import { prepareEdit, type VoteRules, vote } from "./decide.ts";
import type { DecideInput } from "./decision-types.ts";
import { refuseClosed } from "./refusals.ts";
import { sweepAndGet } from "./sweep-and-get.ts";

/** A token that lets its holder decide one approval once, as `decider`. Only its hash is kept. */
export async function mintLink(db: Db, id: string, decider: string, ttlMs: number): Promise<string> {
  const approval = await sweepAndGet(db, id);
  refuseClosed({ approval, isOverdue: false, isAbandoned: false, isEscalated: false });
  const token = secretToken();
  await insertLink(db, { tokenHash: sha256(token), approvalId: approval.id, decider, ttlMs });
  return token;
}

/** What a token stands for; using it is {@link decideByLink}'s. @throws link_unknown */
export async function openLink(
  db: Db,
  id: string,
  token: string,
): Promise<{ readonly approval: Approval; readonly decider: string }> {
  const decider = await readLink(db, sha256(token), id);
  if (decider === undefined) throw unknownLink();
  return { approval: await sweepAndGet(db, id), decider };
}

/** Uses the token up and votes, both or neither. */
export async function decideByLink(
  db: Db,
  token: string,
  input: Omit<DecideInput, "decider">,
  rules: VoteRules,
): Promise<Approval> {
  // Whoever holds no usable link learns nothing, not even whether an edit would fit.
  await openLink(db, input.id, token);
  const edit = await prepareEdit(db, input);
  return db.transaction(async (tx) => {
    const decider = await useLink(tx, sha256(token), input.id);
    if (decider === undefined) throw unknownLink();
    return vote(tx, { ...input, decider }, { ...rules, edit });
  });
}

// Wrong, used and expired links answer alike: a difference would tell a guesser something.
function unknownLink(): PreloopError {
  return new PreloopError("link_unknown", "This link is unknown, used or expired; ask for a new one");
}
