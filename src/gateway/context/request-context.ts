import type { CancelSignal } from "#base";
import type { ClientProfile, Upstream, UpstreamReply } from "#upstreams";
import type { Handled } from "../request.ts";

/** A client's request under way, and the way back to the client, however many legs that takes. */
export interface RequestContext {
  readonly client: ClientProfile;
  /** Aborts when the client gives up. */
  readonly signal: CancelSignal;
  /** The client's progress token, as JSON text, when it gave one. */
  readonly progressToken: string | undefined;
  /** Progress for the client under its own token; dropped when it gave none. */
  tellProgress(params: string): void;
  /**
   * Puts a server's `input_required` result to the client, as far as it may. Resolves with the text of its
   * `inputResponses`; undefined when the client brings none. @throws input_failed, session_frozen, request_cancelled
   */
  ask(result: string, from: Upstream): Promise<string | undefined>;
  /** The same for a result that was let through already. */
  put(result: string, from: Upstream): Promise<string | undefined>;
  /** A server's error -32042 as the client may have it. @throws input_failed */
  links(reply: UpstreamReply, from: Upstream): Promise<UpstreamReply>;
  /** Answers a client that cannot wait longer, and resolves when it is back; undefined where nothing can. */
  readonly roundTrip: (() => Promise<void>) | undefined;
  /** Makes this request a carrier of the server's own requests; returns what ends that. */
  attach(upstream: Upstream): () => void;
  /** Set where the call may go on as a task, while nobody waits on its request. */
  readonly task?: TaskHandle;
}

/** The handle by which a running call tells its task how it goes. */
export interface TaskHandle {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly wantsUpstreamTask: boolean;
  /** A person is asked. */
  awaitingApproval(approval: string): void;
  /** The call has left for its server. */
  sent(): void;
  /** The server has made a task of it; `wake` is called when the server tells of it. Returns what ends that. */
  follow(server: string, id: string, wake: () => void): () => void;
  /** Tells how the server's task stands. */
  setStatus(status: "working" | "input_required", message?: string): void;
}

/** A request's context, and the answer that its client gets for the request. */
export interface OpenContext {
  readonly context: RequestContext;
  /** Resolves with what `work` comes to, or with what the client is to be asked or told before that. */
  answer(work: Promise<Handled>): Promise<Handled>;
}
