import type { Approval, Decision, Grant, ToolCall, Workflow } from "#model";

/** Question for people, with all that the gateway knows of the call when policy says ask. */
export interface Ask {
  readonly call: ToolCall;
  readonly decision: Decision;
  readonly workflow: Workflow;
  readonly policyVersion: string;
  /** The tool's input schema as JSON text; a person's edit is checked against it. */
  readonly inputSchema?: string;
  /** How long the caller can be kept waiting before it must hear something. */
  readonly clientTimeoutMs: number;
}

/** Preconditions of a run: what must still hold at the moment of running. */
export interface RunPreconditions {
  readonly definitionDigest: string;
  readonly policyVersion: string;
  /** Policy's answer to the effective arguments now; a `deny` supersedes the approval. */
  readonly decision: Decision;
  /** Who is asked about the effective arguments now. */
  readonly workflow: Workflow;
}

/** Run that brought no reply, as far as it is known: whether any of it was sent, and why there is none. */
export interface Unanswered {
  /** Whether any of it left for the server; then it may have taken effect. */
  readonly sent: boolean;
  /** Reaches people, and a caller that comes back. */
  readonly why: string;
}

/** Result of the one compare-and-set before bytes leave: run these arguments, or do not run at all. */
export type BeginResult =
  | { readonly run: true; readonly approval: Approval }
  | { readonly run: false; readonly approval: Approval };

/** A recorded reply of the upstream: the JSON text of `result`, or of `error`. */
export interface RecordedOutcome {
  readonly kind: "result" | "error";
  readonly text: string;
}

/** Approval found when a client repeats a parked call: open, or final, with any recorded outcome. */
export type Redeemed =
  | { readonly kind: "open"; readonly approval: Approval }
  | { readonly kind: "final"; readonly approval: Approval; readonly outcome?: RecordedOutcome };

/** Requests for approval of one session, from the question to the reply: what the gateway does. */
export interface ApprovalRequests {
  /** Writes the row; nobody is told before it is durable. */
  ask(ask: Ask): Promise<Approval>;
  /**
   * Resolves when the approval is no longer pending, nor running for another caller, or when `untilMs` (from now) has
   * passed. Renews the caller's lease while it waits. Rejects with `request_cancelled` when the signal aborts.
   */
  waitForDecision(
    id: string,
    wait: { readonly untilMs: number; readonly signal: AbortSignal },
  ): Promise<Approval>;
  /**
   * The caller is told "still waiting": from here on its going away cancels nothing. Returns the approval as it is now;
   * a decision may have come first. Where nobody could tell who comes back, the question ends instead.
   */
  park(id: string): Promise<Approval>;
  /**
   * A parked approval that this call may pick up: same session or its successor, same tool, same proposed arguments.
   * None in a session that is only a claim.
   */
  redeem(call: ToolCall): Promise<Redeemed | undefined>;
  /** approved → running. */
  begin(id: string, preconditions: RunPreconditions): Promise<BeginResult>;
  /** running → executed or failed; the outcome is kept until {@link ApprovalRequests.delivered}. */
  finish(id: string, outcome: RecordedOutcome, ok: boolean): Promise<void>;
  /** running → unknown, or failed when nothing was sent: no reply came, and none is kept. */
  unanswered(id: string, end: Unanswered): Promise<void>;
  /** The caller has the outcome: the next identical call is a new call. */
  delivered(id: string): Promise<void>;
  /** The caller gave up before it was told anything. No effect on a parked or finished approval. */
  cancel(id: string, reason: string): Promise<void>;
  /** True while something it parked may still be decided or fetched: its caller was told to come back. */
  hasParked(): boolean;
  /** The session ends (EOF, signal): what it asked and did not park is cancelled. */
  leave(): Promise<void>;
}

/** Grants and freezes that hold right now, without asking anybody; a snapshot kept current by notification. */
export interface LiveGrants {
  /** Resolves when the first snapshot is here; rejects with `store_unavailable`. */
  readonly ready: Promise<void>;
  /**
   * A grant that covers the call, if there is one. Never for high risk, nor where more than its giver must decide, nor
   * where another workflow than its own guards the call as well.
   */
  grantFor(call: ToolCall, decision: Decision, workflow: Workflow): Grant | undefined;
  isFrozen(sessionId: string): boolean;
  /** Counts a use; does not wait. */
  countUse(grant: Grant): void;
  close(): Promise<void>;
}
