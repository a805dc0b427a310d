import type { ApprovalRequests, LiveGrants } from "#approvals";
import type { Audit } from "#audit";
import type { Clock, Log } from "#base";
import type { Pins } from "#pins";
import type { Policy } from "#policy";
import type { ToolOffer } from "../catalog/offers.ts";
import type { ClientFeature } from "../server-requests/admit.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { createFirstSnapshot, type FirstSnapshot } from "./first-snapshot.ts";

/** The services that a call passes through, each behind its own door. */
export interface CallServices {
  /** The policy in force now. */
  policy(): Policy;
  /** Whether the config in force now lets a server ask the client for something. */
  mayAsk(server: string, feature: ClientFeature): boolean;
  readonly audit: Audit;
  readonly liveGrants: LiveGrants;
  readonly pins: Pins;
  /** Opened with the first call that must ask. @throws store_unavailable */
  approvals(): Promise<ApprovalRequests>;
  /** How long this client waits for an answer before it must hear something. */
  clientTimeoutMs(hasProgressToken: boolean): number;
  /** Called once, when calls go on without knowing grants, freezes and pins. */
  onDegraded?(why: string): void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The services of one session's calls, with what those note for each other. */
export interface SessionCallServices extends CallServices {
  readonly firstSnapshot: FirstSnapshot;
  readonly deliveries: Deliveries;
  /** The tools whose schemas the log has heard of. */
  readonly checkedSchemas: WeakSet<ToolOffer>;
}

/** The services of a session that has made no call yet. */
export function createSessionCallServices(services: CallServices): SessionCallServices {
  return {
    ...services,
    firstSnapshot: createFirstSnapshot(services),
    deliveries: createDeliveries(),
    checkedSchemas: new WeakSet(),
  };
}
