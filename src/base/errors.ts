/** How one failure looks to each kind of caller. */
interface ErrorStatus {
  /** JSON-RPC error code (JSON-RPC 2.0 section 5.1), or "tool" when a calling model gets a result with `isError`. */
  readonly rpc: number | "tool";
  /** HTTP status. */
  readonly http: number;
  /** Process exit status. */
  readonly exit: number;
}

/** Every way preloop can fail, and its face in MCP, in HTTP and as an exit status. A new failure is a new row. */
export const ERROR_TABLE = {
  // the frame or the request is wrong
  parse_failed: { rpc: -32700, http: 400, exit: 1 },
  request_invalid: { rpc: -32600, http: 400, exit: 1 },
  method_unknown: { rpc: -32601, http: 404, exit: 1 },
  params_invalid: { rpc: -32602, http: 400, exit: 2 },
  tool_unknown: { rpc: -32602, http: 404, exit: 3 },
  prompt_unknown: { rpc: -32602, http: 404, exit: 3 },
  resource_unknown: { rpc: -32002, http: 404, exit: 3 },
  frame_too_large: { rpc: -32600, http: 413, exit: 1 },
  version_unsupported: { rpc: -32022, http: 400, exit: 1 },
  header_mismatch: { rpc: -32020, http: 400, exit: 1 },
  capability_missing: { rpc: -32021, http: 400, exit: 1 },
  request_refused: { rpc: -32603, http: 403, exit: 9 },
  request_cancelled: { rpc: -32800, http: 499, exit: 1 },
  internal: { rpc: -32603, http: 500, exit: 1 },
  // the HTTP request around a frame is wrong
  origin_refused: { rpc: -32600, http: 403, exit: 9 },
  session_unknown: { rpc: -32001, http: 404, exit: 3 },
  verb_unsuitable: { rpc: -32600, http: 405, exit: 1 },
  format_unsuitable: { rpc: -32600, http: 406, exit: 1 },
  media_unsuitable: { rpc: -32600, http: 415, exit: 1 },
  sessions_full: { rpc: -32603, http: 503, exit: 8 },
  requests_full: { rpc: -32603, http: 503, exit: 8 },
  // refusals that the calling model can act on
  call_denied: { rpc: "tool", http: 403, exit: 5 },
  call_waiting: { rpc: "tool", http: 202, exit: 5 },
  approval_expired: { rpc: "tool", http: 410, exit: 5 },
  approval_cancelled: { rpc: "tool", http: 410, exit: 5 },
  approval_superseded: { rpc: "tool", http: 409, exit: 5 },
  tool_held: { rpc: "tool", http: 403, exit: 5 },
  session_frozen: { rpc: "tool", http: 403, exit: 5 },
  questions_full: { rpc: "tool", http: 429, exit: 8 },
  justification_missing: { rpc: "tool", http: 400, exit: 5 },
  outcome_unknown: { rpc: "tool", http: 502, exit: 5 },
  upstream_failed: { rpc: "tool", http: 502, exit: 5 },
  input_failed: { rpc: "tool", http: 422, exit: 5 },
  arguments_invalid: { rpc: "tool", http: 422, exit: 2 },
  // issues, their trackers, and the models that read them
  issue_unknown: { rpc: "tool", http: 404, exit: 3 },
  issue_ambiguous: { rpc: "tool", http: 409, exit: 2 },
  issue_conflict: { rpc: "tool", http: 409, exit: 4 },
  field_refused: { rpc: "tool", http: 422, exit: 2 },
  tracker_unconfigured: { rpc: "tool", http: 409, exit: 6 },
  tracker_refused: { rpc: "tool", http: 403, exit: 13 },
  tracker_limited: { rpc: "tool", http: 429, exit: 14 },
  tracker_failed: { rpc: "tool", http: 502, exit: 14 },
  cursor_refused: { rpc: "tool", http: 410, exit: 14 },
  sync_incomplete: { rpc: "tool", http: 502, exit: 15 },
  model_failed: { rpc: "tool", http: 502, exit: 14 },
  // what a person at a terminal or a page meets
  usage: { rpc: -32600, http: 400, exit: 2 },
  not_found: { rpc: -32602, http: 404, exit: 3 },
  already_decided: { rpc: -32600, http: 409, exit: 4 },
  decision_refused: { rpc: -32600, http: 403, exit: 9 },
  agent_environment: { rpc: -32600, http: 403, exit: 9 },
  link_unknown: { rpc: -32600, http: 404, exit: 3 },
  config_missing: { rpc: -32603, http: 500, exit: 6 },
  config_invalid: { rpc: -32603, http: 500, exit: 6 },
  config_untrusted: { rpc: -32603, http: 500, exit: 7 },
  policy_invalid: { rpc: -32603, http: 500, exit: 6 },
  policy_findings: { rpc: -32603, http: 422, exit: 10 },
  secret_mismatch: { rpc: -32603, http: 500, exit: 6 },
  home_unusable: { rpc: -32603, http: 500, exit: 8 },
  store_unavailable: { rpc: "tool", http: 503, exit: 8 },
  store_newer: { rpc: "tool", http: 503, exit: 8 },
  store_conflict: { rpc: "tool", http: 409, exit: 8 },
  init_refused: { rpc: -32603, http: 409, exit: 12 },
  doctor_findings: { rpc: -32603, http: 500, exit: 10 },
  login_failed: { rpc: "tool", http: 502, exit: 13 },
  audit_broken: { rpc: -32603, http: 500, exit: 11 },
} as const satisfies Record<string, ErrorStatus>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** The one error class: a code from the table, a message that names the thing and the next step. */
export class PreloopError extends Error {
  override readonly name = "PreloopError";
  readonly code: ErrorCode;
  /** Facts for a program: an approval id, the unsupported version. Never a secret. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly data?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
  }

  get status(): ErrorStatus {
    return ERROR_TABLE[this.code];
  }
}

/** True for an error of ours, of the given code when one is named. */
export function isPreloopError(error: unknown, code?: ErrorCode): error is PreloopError {
  return error instanceof PreloopError && (code === undefined || error.code === code);
}

/** Whatever was thrown, as one line of text. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node and pg put on their errors (`ENOENT`, `23505`), if there is one. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
