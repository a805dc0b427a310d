import type { ApprovalDecisions } from "#approvals";
import type { Clock, Log, Masking } from "#base";
import type { Approval } from "#model";
import type { Seal } from "./seal.ts";

/** What the decision page needs of the house. */
export interface Desk {
  readonly deciders: Pick<ApprovalDecisions, "get" | "history" | "readLink" | "decideByLink" | "revealed">;
  readonly seal: Seal;
  readonly log: Log;
  readonly clock: Clock;
  readonly masking: Masking;
  /** Called before masked values are shown; they stay masked when it rejects. */
  readonly onReveal: (approval: Approval, person: string) => Promise<void> | void;
}
