import type { DeciderSide } from "#approvals";
import type { Clock, Log } from "#base";
import type { Seal } from "./seal.ts";

/** What the decision page needs of the house. */
export interface Desk {
  readonly deciders: Pick<DeciderSide, "get" | "history" | "readLink" | "decideByLink">;
  readonly seal: Seal;
  readonly log: Log;
  readonly clock: Clock;
  /** Further argument names whose values are masked. */
  readonly secretNames: readonly string[];
}
