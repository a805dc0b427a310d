import type { Decision, Outcome, ToolCall } from "#model";

/** Facts that come to light between deciding and the end of a call. */
export interface CallFacts {
  readonly approval?: string;
  readonly grant?: string;
  readonly decidedBy?: string;
  /** What was sent, where a person changed it; JSON source text. */
  readonly effectiveArgs?: string;
}

/** One call on its way into the audit. Methods are synchronous: the line is written when they return. */
export interface AuditEntry {
  /** The call waits for a person; a death from here on reads as cancelled. */
  waiting(facts: CallFacts): void;
  /** Bytes are about to leave; a death from here on reads as outcome unknown. Throws `audit_broken` when it cannot be written. */
  sending(facts?: CallFacts): void;
  /** The whole record. The first call counts; later ones do nothing. */
  finish(end: { readonly outcome: Outcome; readonly detail?: string } & CallFacts): void;
}

/** The writing half: a local journal, shipped to the store in batches. */
export interface Audit {
  begin(call: ToolCall, decision: Decision): AuditEntry;
  /** Ships what is written; rejects when the store is out of reach (the journal keeps it). */
  flush(): Promise<void>;
  close(): Promise<void>;
}
