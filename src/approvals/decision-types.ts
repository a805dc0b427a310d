import type { Approval, ApprovalStatus, Grant, GrantScope, ListedApproval } from "#model";
import type { SessionRecord } from "#store";

/** Vote on one approval, and what the decider saw. */
export interface DecideInput {
  readonly id: string;
  readonly decider: string;
  readonly verdict: "approve" | "deny";
  readonly reason?: string;
  /** Edited arguments as JSON text; voids earlier votes and is checked against the tool's schema. */
  readonly args?: string;
  /** The digest of the arguments the decider was looking at; a vote on anything else is refused. */
  readonly seenDigest?: string;
  readonly grant?: GrantRequest;
  /** Hears which parts of the tool's schema an edit could not be checked against. */
  readonly onUnchecked?: (parts: readonly string[]) => void;
}

/** Grant that a decider gives with a yes. */
export interface GrantRequest {
  readonly scope: GrantScope;
  readonly pattern?: Readonly<Record<string, string>>;
  /** For the session that asked, or for so long. */
  readonly lifetime: { readonly kind: "session" } | { readonly kind: "for"; readonly ms: number };
}

/** Filter of listed approvals; what is left out does not narrow. */
export interface ApprovalFilter {
  readonly status?: readonly ApprovalStatus[];
  readonly server?: string;
  readonly tool?: string;
  readonly session?: string;
  readonly ids?: readonly string[];
  /** An approval's id: only those asked before it. */
  readonly before?: string;
  readonly limit?: number;
}

/** Decisions on approvals: what people do in a terminal, on a page, or by command. */
export interface ApprovalDecisions {
  /** Oldest first; of more than `limit`, the newest. Long arguments are cut: {@link ApprovalDecisions.get} has all of one. */
  list(filter?: ApprovalFilter): Promise<ListedApproval[]>;
  /** @throws not_found */
  get(id: string): Promise<Approval>;
  /**
   * One vote. Returns the approval after it. @throws not_found, already_decided, approval_expired, approval_cancelled,
   * approval_superseded, decision_refused, arguments_invalid
   */
  decide(input: DecideInput): Promise<Approval>;
  /**
   * Remembers that this person is shown what masks hide in these very arguments. A yes to masked values that are odd
   * for secrets is refused before.
   */
  revealed(approval: Pick<Approval, "id" | "effectiveDigest">, person: string): Promise<void>;
  /** Earlier approvals of the same tool, newest first; listed ones. */
  history(approval: ListedApproval, limit?: number): Promise<ListedApproval[]>;
  grants(filter?: { readonly all?: boolean }): Promise<Grant[]>;
  revokeGrant(id: string, by: string): Promise<Grant>;
  sessions(filter?: { readonly all?: boolean }): Promise<SessionRecord[]>;
  /** Freezes a session; one that is only a claim with all others of its address. */
  freeze(sessionId: string, by: string): Promise<SessionRecord>;
  thaw(sessionId: string, by: string): Promise<SessionRecord>;
  /** Calls back after any change of an approval, grant or session; `undefined` means look at everything. */
  watch(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
  /** A link token that can decide this approval once; only its hash is stored. */
  mintLink(id: string, decider: string, ttlMs: number): Promise<string>;
  /** What a token stands for, without using it. @throws link_unknown (alike for wrong, used and expired tokens) */
  readLink(id: string, token: string): Promise<{ readonly approval: Approval; readonly decider: string }>;
  /** Uses the token and votes, both or neither. */
  decideByLink(token: string, input: Omit<DecideInput, "decider">): Promise<Approval>;
}
