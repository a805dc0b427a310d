import type { CancelSignal } from "#base";
import type { Frame, RawReply } from "#protocol";
import type { ClientProfile } from "#upstreams";

/** A client's request, as its frame was read. */
export type Request = Extract<Frame, { kind: "request" }>;

/** The end of a request: its reply, and what to do once the client has it. */
export interface Handled {
  readonly reply: RawReply;
  readonly delivered?: (() => Promise<void>) | undefined;
}

/** A request under way in its session. */
export interface Received {
  readonly request: Request;
  /** Aborts when the client gives up. */
  readonly signal: CancelSignal;
  /** Tells the client of the request's progress, as long as it is not answered; params as JSON text. */
  tellProgress(params: string): void;
}

/** A request under way, and the client that makes it. */
export interface Incoming extends Received {
  readonly client: ClientProfile;
  /** The session's id. */
  readonly session: string;
  /** The client's progress token, as JSON text, when it gave one. */
  readonly progressToken: string | undefined;
}
