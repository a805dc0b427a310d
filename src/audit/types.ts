import type { AuditEventKind, Decision, Outcome, ToolCall } from "#model";

/** Facts that come to light between deciding and the end of a call. */
export interface CallFacts {
  readonly approval?: string;
  readonly grant?: string;
  readonly decidedBy?: string;
  /** What was sent, where a person changed it; JSON source text. */
  readonly effectiveArgs?: string;
}

/** One call on its way into the audit. */
export interface AuditEntry {
  /** The call waits for a person; a death from here on reads as cancelled. The line is written when it returns. */
  waiting(facts: CallFacts): void;
  /**
   * Bytes are about to leave; a death from here on reads as outcome unknown. Nothing may leave before it resolves: then
   * the line is written. @throws audit_broken when it cannot be
   */
  sending(facts?: CallFacts): Promise<void>;
  /** The whole record. The first call counts; later ones do nothing. Resolves when it is written, or kept for later. */
  finish(end: { readonly outcome: Outcome; readonly detail?: string } & CallFacts): Promise<unknown>;
}

/** The writing half: a local journal, shipped to the store in batches. */
export interface Audit {
  begin(call: ToolCall, decision: Decision): AuditEntry;
  /**
   * Writes down something that is no call: `user` did `kind`. The line is written when it returns.
   * @throws audit_broken when it cannot be written, so that what must be audited can stop
   */
  event(kind: AuditEventKind, user: string, facts?: Readonly<Record<string, string>>): void;
  /** Ships what is written; rejects when the store is out of reach (the journal keeps it). */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A place in a writer's chain: how many records stand up to here, and the hash of the last. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
}

/** Link of a writer's chain: one record; `body` is the text that the hash covers. */
export interface ChainLink extends Anchor {
  readonly body: string;
}

/** Process that writes, by an id that is never used again, and its host. */
export interface Writer {
  readonly id: string;
  readonly host: string;
}
