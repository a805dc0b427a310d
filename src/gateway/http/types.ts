import type { IncomingMessage, ServerResponse } from "node:http";
import type { SessionRef } from "#model";
import type { Frame, RpcId } from "#protocol";
import type { Session } from "../session/session.ts";

/** The origin of a session's requests: an address, and whether the name they give is all that tells them from others there. */
export type Origin = Pick<SessionRef, "address" | "isClaimed">;

/** Opens a session of the gateway whose frames go to `send`; closing it closes all that it stands on. */
export type OpenSession = (send: (line: string, about?: RpcId) => void, origin: Origin) => Promise<Session>;

/** A POST whose body has been read. */
export interface Posted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly text: string;
  /** The messages in it, none of them malformed. */
  readonly frames: readonly Exclude<Frame, { kind: "malformed" }>[];
}
