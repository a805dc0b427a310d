import type { Risk, SessionRef } from "./call.ts";
import type { Workflow } from "./workflow.ts";

/**
 * The states of an approval. `pending` and `approved` are open; `running` is a call in flight; the others are final.
 * `unknown` is a call whose process died while it ran: it is never run again.
 */
export const APPROVAL_STATUSES = [
  "pending",
  "approved",
  "running",
  "executed",
  "failed",
  "denied",
  "expired",
  "cancelled",
  "superseded",
  "unknown",
] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export function isOpen(status: ApprovalStatus): boolean {
  return status === "pending" || status === "approved";
}

export function isFinal(status: ApprovalStatus): boolean {
  return !isOpen(status) && status !== "running";
}

/** Limit on open questions: how many at once, and how many bytes agents may have written in them. */
export interface QuestionLimit {
  readonly questions: number;
  readonly bytes: number;
}

/** Limits on open questions of one session, and of all sessions of its user: sessions are cheap to make. */
export interface QuestionLimits {
  readonly session: QuestionLimit;
  readonly user: QuestionLimit;
}

const MEGABYTE = 1_048_576;

/** What holds where the config says nothing: more than a person could read, and no more than a machine can hold. */
export const QUESTION_LIMITS: QuestionLimits = {
  session: { questions: 100, bytes: 32 * MEGABYTE },
  user: { questions: 1_000, bytes: 128 * MEGABYTE },
};

/** One person's word on an approval. */
export interface Vote {
  readonly decider: string;
  readonly verdict: "approve" | "deny";
  /** Digest of the arguments the vote was for. */
  readonly argumentsDigest: string;
  readonly reason?: string;
  readonly at: Date;
  /** Set when a later edit made the vote count for nothing. */
  readonly voidedAt?: Date;
}

/** One person who was shown what masks hide, and the digest of the arguments at that time. */
export interface Reveal {
  readonly person: string;
  readonly argumentsDigest: string;
}

/** A question to a person, bound to one exact call. */
export interface Approval {
  /** Short enough to type. */
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly session: SessionRef;
  readonly server: string;
  readonly tool: string;
  readonly name: string;
  readonly definitionDigest: string;
  /** What the agent asked for, as JSON source text, and its digest. */
  readonly proposedArgs: string;
  readonly proposedDigest: string;
  /** What will run: the proposed arguments, or a person's edit of them. */
  readonly effectiveArgs: string;
  readonly effectiveDigest: string;
  /** What of the client's `_meta` goes to the server beside the arguments, as JSON text; the digests cover it. */
  readonly meta?: string;
  readonly rule: string;
  readonly risk: Risk;
  /** Why policy asked. */
  readonly why?: string;
  /** The agent's own words; untrusted. */
  readonly justification?: string;
  readonly policyVersion: string;
  readonly workflow: Workflow;
  readonly votes: readonly Vote[];
  /** Who was shown what masks hide; none when it is left out. */
  readonly reveals?: readonly Reveal[];
  /** Why it was denied, cancelled or superseded; reaches the agent. */
  readonly reason?: string;
  readonly createdAt: Date;
  readonly deadline: Date;
  /** Until when the caller waits without being told "still waiting". */
  readonly patienceUntil?: Date;
  readonly escalatedAt?: Date;
  /** When the caller was told "still waiting, call again". */
  readonly parkedAt?: Date;
  readonly decidedAt?: Date;
  readonly decidedBy?: string;
  readonly finishedAt?: Date;
}

/** An approval in a listing, whose arguments are too long for one: of its texts it has the beginnings. */
export interface ApprovalHead extends Omit<Approval, "proposedArgs" | "effectiveArgs"> {
  /** The beginning of what will run: JSON that breaks off. */
  readonly argsHead: string;
  /** How long what will run is, as UTF-8. */
  readonly argsBytes: number;
}

/** Approval in a listing: whole, or only its head. */
export type ListedApproval = Approval | ApprovalHead;

/** Whether a listing has all of an approval. */
export function isWhole(listed: ListedApproval): listed is Approval {
  return !("argsHead" in listed);
}
