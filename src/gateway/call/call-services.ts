import type { CallerSide, StandingYes } from "#approvals";
import type { Audit } from "#audit";
import type { Clock, Log } from "#base";
import type { Pins } from "#pins";
import type { Policy } from "#policy";
import type { ClientFeature } from "../server-requests/admit.ts";

/** The services that a call passes through, each behind its own door. */
export interface CallServices {
  /** The policy in force now. */
  policy(): Policy;
  /** Whether the config in force now lets a server ask the client for something. */
  mayAsk(server: string, feature: ClientFeature): boolean;
  readonly audit: Audit;
  readonly liveGrants: StandingYes;
  readonly pins: Pins;
  /** Opened with the first call that must ask. @throws store_unavailable */
  approvals(): Promise<CallerSide>;
  /** How long this client waits for an answer before it must hear something. */
  patienceMs(hasProgressToken: boolean): number;
  /** Called once, when calls go on without knowing grants, freezes and pins. */
  onDegraded?(why: string): void;
  readonly clock: Clock;
  readonly log: Log;
}
