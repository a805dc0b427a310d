import type { ApprovalDecisions } from "#approvals";
import type { Clock, Log, Masking } from "#base";
import type { Approval } from "#model";
import type { CsrfSigner } from "./csrf.ts";

/** What the decision page needs of the house. */
export interface PageServices {
  readonly decisions: Pick<ApprovalDecisions, "get" | "history" | "readLink" | "decideByLink" | "revealed">;
  readonly csrf: CsrfSigner;
  readonly log: Log;
  readonly clock: Clock;
  readonly masking: Masking;
  /** Called before masked values are shown; they stay masked when it rejects. */
  readonly onReveal: (approval: Approval, person: string) => Promise<void> | void;
}
