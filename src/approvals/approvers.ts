import type { Approval, Workflow } from "#model";

/** Distinct people whose yes to the arguments as they are now still counts. */
export function approversOf({ votes, effectiveDigest }: Approval): string[] {
  const counting = votes.filter(
    ({ verdict, voidedAt, argumentsDigest }) =>
      verdict === "approve" && voidedAt === undefined && argumentsDigest === effectiveDigest,
  );
  return [...new Set(counting.map(({ decider }) => decider))];
}

/** Whether the people who approved would be enough for this workflow, too. */
export function wouldSuffice(approval: Approval, { approvers, quorum, escalate }: Workflow): boolean {
  const deciders = approval.escalatedAt ? [...approvers, ...(escalate?.to ?? [])] : approvers;
  const counted = approversOf(approval).filter(
    (person) => approvers.length === 0 || deciders.includes(person),
  );
  return counted.length >= quorum;
}
