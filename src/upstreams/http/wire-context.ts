import type { TransportEvents } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import type { Wire } from "./wire.ts";

/** The context of all requests on one wire. */
export interface WireContext {
  readonly name: string;
  readonly wire: Wire;
  readonly events: TransportEvents;
  readonly maxBytes: number;
  readonly retryMs: number;
  readonly end: (failure: Failure) => void;
  readonly onOldSse: () => void;
}
