import {
  ERROR_TABLE,
  type ErrorCode,
  isPreloopError,
  type JsonObject,
  messageOf,
  PreloopError,
  writeJson,
} from "#base";
import type { ApprovalStatus } from "#model";
import type { RawReply } from "#protocol";

/** The machine-readable half of a refusal, under `_meta["preloop/call"]`. */
export interface CallStatus {
  readonly status: ApprovalStatus | "waiting" | "refused";
  readonly approvalId?: string;
  readonly reason?: string;
  /** What repeating the call can bring. */
  readonly retry: "same-call" | "changed-call" | "later" | "never";
}

const RETRY: Partial<Record<ErrorCode, CallStatus["retry"]>> = {
  call_waiting: "same-call",
  approval_expired: "same-call",
  approval_cancelled: "same-call",
  approval_superseded: "same-call",
  justification_missing: "changed-call",
  call_denied: "changed-call",
  arguments_invalid: "changed-call",
  upstream_failed: "later",
  tool_held: "later",
  questions_full: "later",
  store_unavailable: "later",
};

/**
 * Turns whatever was thrown into a reply: for a call a tool result with `isError` where a calling model can act on it,
 * else a JSON-RPC error. Never `structuredContent`, which clients check against the tool's own schema.
 */
export function replyToError(error: unknown, method = "tools/call"): RawReply {
  const known = isPreloopError(error)
    ? error
    : new PreloopError("internal", `preloop failed: ${messageOf(error)}`, { cause: error });
  const { rpc } = known.status;
  if (rpc === "tool" && method === "tools/call") return refusal(known);
  const code = rpc === "tool" ? ERROR_TABLE.internal.rpc : rpc;
  const data = Object.keys(known.data).length > 0 ? { data: known.data } : {};
  return { kind: "error", text: JSON.stringify({ code, message: known.message, ...data }) };
}

function refusal(error: PreloopError): RawReply {
  const { status, approvalId, reason } = error.data as Partial<CallStatus>;
  const call: CallStatus = {
    status: status ?? "refused",
    ...(approvalId && { approvalId }),
    ...(reason && { reason }),
    retry: RETRY[error.code] ?? "never",
  };
  const result = {
    content: [{ type: "text", text: error.message }],
    isError: true,
    _meta: { "preloop/call": call },
  };
  return { kind: "result", text: JSON.stringify(result) };
}

/** A result of our own, as a reply. */
export function replyWith(result: JsonObject): RawReply {
  return { kind: "result", text: writeJson(result) };
}
