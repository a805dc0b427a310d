import type { Action, Observation, Risk } from "./call.ts";

/** How a call ended, as far as the audit knows. */
export const OUTCOMES = ["ok", "tool_error", "error", "refused", "waiting", "cancelled", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One call, written down. Times are ISO 8601 in UTC. */
export interface AuditRecord {
  readonly callId: string;
  readonly at: string;
  readonly user: string;
  readonly client: string;
  readonly session: string;
  readonly server: string;
  /** The tool's name at its server; for other methods the prompt's name, the URI, or the method itself. */
  readonly tool: string;
  /** The method, where it is not `tools/call`. */
  readonly method?: string;
  /** What of the client's `_meta` went along: redacted JSON text, cut to a bounded length. */
  readonly meta?: string;
  /** Redacted JSON text, cut to a bounded length. */
  readonly arguments: string;
  readonly argumentsDigest: string;
  readonly action: Action;
  readonly rule: string;
  readonly risk: Risk;
  readonly approval?: string;
  readonly grant?: string;
  readonly decidedBy?: string;
  /** What rules that only observe would have done. */
  readonly observed?: readonly Observation[];
  readonly outcome: Outcome;
  /** The error's code or message, for outcomes that have one. */
  readonly detail?: string;
  readonly durationMs: number;
}

/** Kind of event that is written down besides calls. */
export type AuditEventKind =
  | "approval_revealed"
  | "approval_viewed"
  | "link_opened"
  | "decision_refused"
  | "grant_revoked"
  | "session_frozen"
  | "session_thawed"
  | "config_trusted"
  | "tool_held"
  | "tool_accepted"
  | "tool_disabled"
  | "tool_enabled"
  | "store_away"
  | "frame_refused"
  | "server_asked"
  | "config_reloaded"
  | "config_refused";

/** Something that is no call and belongs into the same chain: who, when, what, and a few plain facts. */
export interface AuditEvent {
  readonly event: AuditEventKind;
  readonly at: string;
  readonly user: string;
  /** Short texts without secrets: an approval's id, a session, a channel. */
  readonly facts: Readonly<Record<string, string>>;
}
