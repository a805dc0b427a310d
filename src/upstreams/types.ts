import type { CancelSignal, Json, JsonObject } from "#base";
import type { PreflightScope } from "#model";
import type { RawReply } from "#protocol";

/** `legacy`: 2025-11-25 and older, opened by `initialize`. `modern`: 2026-07-28, stateless, every request carries its envelope. */
export type Era = "legacy" | "modern";

/** A server as it presented itself in the handshake. */
export interface ServerProfile {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly capabilities: JsonObject;
  readonly serverInfo: JsonObject;
  readonly instructions?: string;
}

/** A state of an upstream, from its start to its close. */
export type UpstreamState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly profile: ServerProfile }
  /** Not usable now; restarted with backoff unless `final`. */
  | { readonly kind: "down"; readonly reason: string; readonly final: boolean }
  | { readonly kind: "closed" };

/** A request to an upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** JSON text of `params`, in the language of the client's era; the upstream adapts the envelope to its own era. */
  readonly params: string | undefined;
  /** Aborting tells the upstream (`notifications/cancelled`) and rejects with `request_cancelled`. */
  readonly signal?: CancelSignal | undefined;
  /** When given, the upstream gets a progress token of ours and its progress comes here, params as JSON text. */
  readonly onProgress?: ((params: string) => void) | undefined;
  /** When given, progress is heard after the reply as well, until this aborts: the server goes on with a task. */
  readonly progressUntil?: CancelSignal | undefined;
  /** Called when the bytes have been handed to the transport. */
  readonly onSent?: (() => void) | undefined;
  /**
   * Called when the server was started anew before it could be asked: what was known of it may be so no more. What it
   * throws keeps the request from being sent.
   */
  readonly recheck?: (() => Promise<void>) | undefined;
}

/** A reply with its value read, for whoever must look inside. */
export type UpstreamReply = RawReply & { readonly value: Json };

/** One server behind preloop, through its deaths and restarts. */
export interface Upstream {
  readonly name: string;
  /** True for tools that live in this process. */
  readonly isInProcess?: boolean;
  readonly state: UpstreamState;
  /** Resolves when the state is no longer `starting`, or after `graceMs`. */
  settled(graceMs: number): Promise<UpstreamState>;
  /** @throws upstream_failed when it is down or dies with the request in flight (then data.sent tells whether bytes left) */
  request(request: UpstreamRequest): Promise<UpstreamReply>;
  notify(method: string, params: string | undefined): void;
  /** Takes in no more of what the server says until resumed; what a client does not read must not fill memory. */
  pause?(): void;
  resume?(): void;
  /** Only where it may be stopped: something goes on at the server between requests. Call the result when that is over. */
  retain?(): () => void;
  /**
   * Only where it lives in this process: the answer to a `tools/call` that need not be put to a person, if there
   * is one. Has no effect, and tells only what `mayRead` lets the caller read. @throws request_cancelled
   */
  preflight?(
    params: string,
    signal: CancelSignal,
    mayRead: PreflightScope["mayRead"],
  ): Promise<UpstreamReply | undefined>;
  close(): Promise<void>;
}

/** A source of access tokens for a remote server. */
export interface Credentials {
  /** The token as far as it is known; nothing is waited for. */
  current(): string | undefined;
  /**
   * Another token than the one the server refused, if there is one or one can be got.
   * @throws what kept it from finding out
   */
  renew(refused: string | undefined): Promise<string | undefined>;
}

/** The client as an upstream gets to know it. */
export interface ClientProfile {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly capabilities: JsonObject;
  readonly clientInfo: JsonObject;
}

/** The client's side, which upstreams tell and ask. */
export interface UpstreamHost {
  /** Resolves when the client has introduced itself; processes start before that, handshakes wait for it. */
  readonly client: Promise<ClientProfile>;
  /** sampling/createMessage, elicitation/create, roots/list, ping from a legacy server; params as JSON text. */
  onRequest(
    upstream: Upstream,
    method: string,
    params: string | undefined,
    signal: AbortSignal,
  ): Promise<RawReply>;
  /** Any notification but progress of ours and cancellation of its own requests; params as JSON text. */
  onNotification(upstream: Upstream, method: string, params: string | undefined): void;
  onState(upstream: Upstream, state: UpstreamState): void;
}
