import type { AuditEntry, CallFacts } from "#audit";
import type { Decision, ToolCall } from "#model";
import type { RawReply } from "#protocol";
import type { CallRequest } from "../call-request.ts";
import type { Subject } from "../identify/subject.ts";

/** Leave to run one call once, with exactly these arguments. */
export interface RunPermit {
  readonly kind: "run";
  readonly argsText: string;
  readonly facts: CallFacts;
  /** Tells the approval how it went, before the client hears of it. */
  finished?(reply: RawReply): Promise<void>;
  failed?(error: unknown, isSent: boolean): Promise<void>;
  readonly delivered?: (() => Promise<void>) | undefined;
}

/** Nothing to run: the outcome of an earlier run that its caller never heard, or an answer that needs no run. */
export interface AnsweredPermit {
  readonly kind: "answered";
  readonly reply: RawReply;
  readonly facts: CallFacts & { readonly detail?: string };
  readonly delivered?: (() => Promise<void>) | undefined;
}

export type Permit = RunPermit | AnsweredPermit;

/** A call on its way to being permitted. */
export interface Candidate {
  readonly call: ToolCall;
  readonly subject: Subject;
  readonly decision: Decision;
  readonly request: CallRequest;
  readonly entry: AuditEntry;
}
