import type { Approval, ListedApproval } from "#model";
import { STATUS_VIEWS } from "#views";

/** State of an approval for someone who came to decide it; a closed one has the page's status and texts. */
export type DecisionState =
  | { readonly kind: "open" }
  | { readonly kind: "closed"; readonly http: 409 | 410; readonly title: string; readonly words: string };

/** Open as long as it waits and its deadline is ahead; otherwise what became of it, in words. */
export function decisionStateOf(approval: Approval, now: Date): DecisionState {
  const isLate = approval.status === "pending" && approval.deadline <= now;
  if (approval.status === "pending" && !isLate) return { kind: "open" };
  const status = isLate ? "expired" : approval.status;
  const isGone = status === "expired" || status === "cancelled";
  const { title, sentence } = STATUS_VIEWS[status].page;
  return { kind: "closed", http: isGone ? 410 : 409, title, words: sentence };
}

/** How an earlier approval ended, for a list: `approved by ana, ran`. */
export function endingOf({ status, decidedBy }: ListedApproval): string {
  return STATUS_VIEWS[status].page.past(decidedBy === undefined ? "" : ` by ${decidedBy}`);
}
