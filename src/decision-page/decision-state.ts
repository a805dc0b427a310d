import type { Approval, ApprovalStatus, ListedApproval } from "#model";

/** Where an approval stands for someone who came to decide it. */
export type DecisionState =
  | { readonly kind: "open" }
  | { readonly kind: "closed"; readonly http: 409 | 410; readonly title: string; readonly words: string };

/** Open as long as it waits and its deadline is ahead; otherwise what became of it, in words. */
export function decisionStateOf(approval: Approval, now: Date): DecisionState {
  const isLate = approval.status === "pending" && approval.deadline <= now;
  if (approval.status === "pending" && !isLate) return { kind: "open" };
  const status = isLate ? "expired" : approval.status;
  const isGone = status === "expired" || status === "cancelled";
  return { kind: "closed", http: isGone ? 410 : 409, title: TITLES[status], words: WORDS[status] };
}

const TITLES: Readonly<Record<ApprovalStatus, string>> = {
  pending: "Waiting",
  approved: "Already approved",
  running: "Already approved",
  executed: "Already approved",
  failed: "Already approved",
  unknown: "Already approved",
  denied: "Already denied",
  expired: "Too late",
  cancelled: "No longer needed",
  superseded: "No longer valid",
};

const WORDS: Readonly<Record<ApprovalStatus, string>> = {
  pending: "It waits for a decision.",
  approved: "The call runs as soon as its agent picks it up.",
  running: "The call is running.",
  executed: "The call ran.",
  failed: "The call ran, and its server answered with an error.",
  unknown: "The call was started, and preloop could not see how it ended. It is not run again.",
  denied: "The call did not run.",
  expired: "The deadline passed before a decision. The call did not run.",
  cancelled: "The agent stopped waiting. The call did not run.",
  superseded:
    "The tool, the policy or the session changed after the question was asked. The call did not run.",
};

/** How an earlier approval ended, for a list: `approved by ana, ran`. */
export function endingOf({ status, decidedBy }: ListedApproval): string {
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  switch (status) {
    case "executed":
      return `approved${by}, ran`;
    case "failed":
      return `approved${by}, failed`;
    case "unknown":
      return `approved${by}, outcome unknown`;
    case "running":
      return `approved${by}, running`;
    case "approved":
    case "denied":
      return `${status}${by}`;
    case "pending":
      return "still waiting";
    case "expired":
    case "cancelled":
    case "superseded":
      return status;
  }
}
