import { PreloopError } from "#base";
import type { Approval } from "#model";
import {
  approveApproval,
  type Db,
  denyApproval,
  editApproval,
  findApproval,
  insertVote,
  type LockedApproval,
  lockApproval,
  type Query,
  readInputSchema,
  voidVotes,
} from "#store";
import type { DecideInput } from "./decision-types.ts";
import { type CheckedEdit, checkEdit } from "./edit.ts";
import { checkGrant, giveGrant } from "./grants/grant-request.ts";
import { refuseClosed, refuseStranger, refuseUnseen } from "./refusals.ts";
import { refuseHidden } from "./reveal.ts";
import { sweepAndGet } from "./sweep-and-get.ts";
import { approversOf, isApproved, tally } from "./tally.ts";
import { missingWord } from "./tally-words.ts";

/** Rules that a vote is checked against beside the approval's row. */
export interface VoteRules {
  /** Further names whose values are masked. */
  readonly secretNames: readonly string[];
}

/** One person's vote. Returns the approval after it. */
export async function decide(db: Db, input: DecideInput, rules: VoteRules): Promise<Approval> {
  await sweepAndGet(db, input.id);
  const edit = await prepareEdit(db, input);
  return db.transaction((tx) => vote(tx, input, { ...rules, edit }));
}

/** Checks an edit before any row is locked. @throws arguments_invalid, usage */
export async function prepareEdit(
  db: Query,
  { id, args, grant, verdict, onUnchecked }: Omit<DecideInput, "decider">,
): Promise<CheckedEdit | undefined> {
  if (verdict === "deny" && (args !== undefined || grant !== undefined))
    throw new PreloopError("usage", "A denial takes no arguments and gives no grant");
  if (args === undefined) return undefined;
  const edit = checkEdit(args, await readInputSchema(db, id));
  if (edit.unchecked.length > 0) onUnchecked?.(edit.unchecked);
  return edit;
}

/** The vote itself, all of it in the caller's transaction. */
export async function vote(
  tx: Query,
  input: DecideInput,
  { secretNames, edit }: VoteRules & { readonly edit: CheckedEdit | undefined },
): Promise<Approval> {
  const locked = await lockApproval(tx, input.id);
  if (!locked) throw new PreloopError("not_found", `No approval ${input.id}`);
  refuseClosed(locked);
  refuseStranger(locked, input.decider);
  refuseUnseen(locked.approval, input.seenDigest);
  if (input.verdict === "deny") return deny(tx, input, locked.approval);
  refuseHidden(locked.approval, input.decider, secretNames);
  if (input.grant)
    checkGrant(input.grant, locked.approval, input.decider, edit?.args ?? locked.approval.effectiveArgs);
  const approval = edit ? await applyEdit(tx, locked.approval, edit) : locked.approval;
  return approve(tx, input, { ...locked, approval });
}

async function deny(tx: Query, { id, decider, reason }: DecideInput, approval: Approval): Promise<Approval> {
  const argumentsDigest = approval.effectiveDigest;
  await insertVote(tx, { approvalId: id, decider, verdict: "deny", argumentsDigest, reason });
  await denyApproval(tx, id, decider, reason);
  return reread(tx, id);
}

async function applyEdit(tx: Query, approval: Approval, { args, digest }: CheckedEdit): Promise<Approval> {
  if (digest === approval.effectiveDigest) return approval;
  await voidVotes(tx, approval.id);
  await editApproval(tx, approval.id, args, digest);
  return reread(tx, approval.id);
}

async function approve(
  tx: Query,
  { id, decider, reason, grant }: DecideInput,
  { approval, isEscalated }: LockedApproval,
): Promise<Approval> {
  const argumentsDigest = approval.effectiveDigest;
  const earlier = approversOf(approval);
  const count = (people: readonly string[]) => tally(approval.workflow, people, isEscalated);
  if (earlier.includes(decider))
    throw new PreloopError(
      "already_decided",
      `${decider} has already approved ${id}; it needs ${missingWord(count(earlier))}`,
      { data: { approvalId: id, status: approval.status, decidedBy: decider } },
    );
  await insertVote(tx, { approvalId: id, decider, verdict: "approve", argumentsDigest, reason });
  const approvers = [...earlier, decider];
  if (isApproved(count(approvers))) {
    await approveApproval(tx, id, approvers.join(", "), reason);
    if (grant) await giveGrant(tx, grant, approval, decider);
  }
  return reread(tx, id);
}

async function reread(tx: Query, id: string): Promise<Approval> {
  return (await findApproval(tx, id))!;
}
