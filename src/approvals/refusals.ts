import { type ErrorCode, PreloopError } from "#base";
import { type Approval, type ApprovalStatus, decidersOf, type Panel, panelsOf } from "#model";
import type { LockedApproval } from "#store";

type Closed = Exclude<ApprovalStatus, "pending">;

const CODES: Record<Closed, ErrorCode> = {
  approved: "already_decided",
  running: "already_decided",
  executed: "already_decided",
  failed: "already_decided",
  denied: "already_decided",
  unknown: "already_decided",
  expired: "approval_expired",
  cancelled: "approval_cancelled",
  superseded: "approval_superseded",
};

/** Refuses a vote on what is not pending any more, saying who was first, or what became of it. */
export function refuseClosed({ approval, isOverdue, isAbandoned }: LockedApproval): void {
  if (approval.status !== "pending") throw closed(approval, approval.status);
  if (isOverdue) throw closed(approval, "expired");
  if (isAbandoned) throw closed(approval, "cancelled");
}

function closed(approval: Approval, status: Closed): PreloopError {
  const data = {
    approvalId: approval.id,
    status,
    ...(approval.decidedBy && { decidedBy: approval.decidedBy }),
  };
  return new PreloopError(CODES[status], `${closedWords(approval, status)} Nothing was changed.`, { data });
}

function closedWords(approval: Approval, status: Closed): string {
  const { id, decidedBy = "somebody", decidedAt, reason } = approval;
  const when = decidedAt ? ` at ${decidedAt.toISOString()}` : "";
  const why = reason === undefined ? "" : ` (${reason})`;
  switch (status) {
    case "denied":
      return `${id} was already denied by ${decidedBy}${when}${why}.`;
    case "approved":
    case "running":
    case "executed":
    case "failed":
    case "unknown":
      return `${id} was already approved by ${decidedBy}${when}.`;
    case "expired":
      return `${id} expired: its time to decide ended at ${approval.deadline.toISOString()}.`;
    case "cancelled":
      return `${id} was cancelled: ${reason ?? "the caller went away"}; the agent no longer waits for it.`;
    case "superseded":
      return `${id} no longer stands: ${reason ?? "what was asked is no longer allowed"}.`;
  }
}

/** Refuses whom none of the panels names; those they escalate to count once it has escalated. */
export function refuseStranger({ approval, isEscalated }: LockedApproval, decider: string): void {
  const panels = panelsOf(approval.workflow);
  if (panels.some((panel) => mayDecide(decider, panel, isEscalated))) return;
  const named = panels.map(({ name, approvers }) => `its workflow "${name}" names ${approvers.join(", ")}`);
  const later = panels.some((panel) => mayDecide(decider, panel, true))
    ? ", and it has not escalated to you yet"
    : "";
  throw new PreloopError(
    "decision_refused",
    `${decider} does not decide on ${approval.id}: ${named.join(", ")}${later}`,
  );
}

function mayDecide(decider: string, panel: Panel, isEscalated: boolean): boolean {
  const deciders = decidersOf(panel, isEscalated);
  return deciders.length === 0 || deciders.includes(decider);
}

/** Refuses a vote on arguments other than those the decider looked at. */
export function refuseUnseen({ id, effectiveDigest }: Approval, seenDigest: string | undefined): void {
  if (seenDigest === undefined || seenDigest === effectiveDigest) return;
  throw new PreloopError(
    "decision_refused",
    `The arguments of ${id} were changed since you looked; look again, then decide`,
    { data: { approvalId: id } },
  );
}
