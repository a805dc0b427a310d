import type { RecordedOutcome } from "#approvals";
import { type ErrorCode, PreloopError } from "#base";
import type { Approval, ApprovalStatus, ToolCall } from "#model";
import type { Hold } from "#pins";
import { type RawReply, RPC_CODES } from "#protocol";
import type { SessionCallServices } from "../call-services.ts";
import type { Subject } from "../identify/subject.ts";

const REFUSALS: Record<Exclude<ApprovalStatus, "pending" | "approved">, readonly [ErrorCode, string]> = {
  denied: ["call_denied", "was denied"],
  expired: ["approval_expired", "was not approved in time and has expired"],
  cancelled: ["approval_cancelled", "was cancelled"],
  superseded: [
    "approval_superseded",
    "no longer stands, because what was asked is no longer allowed as it was",
  ],
  running: [
    "call_waiting",
    "is running right now for another call; call again with the same arguments to hear how it ended",
  ],
  executed: ["approval_cancelled", "was executed, and its result was delivered before"],
  failed: ["upstream_failed", "did not succeed"],
  unknown: [
    "outcome_unknown",
    "was being executed when its process died; whether it took effect is not known, and it will not be run again",
  ],
};

/** A refusal the calling model can act on, in words that say what happened, why, and what to do. */
export function refusalOf(approval: Approval): PreloopError {
  const status =
    approval.status === "pending" || approval.status === "approved" ? "running" : approval.status;
  const [code, words] = REFUSALS[status];
  const by = approval.status === "denied" && approval.decidedBy ? ` by ${approval.decidedBy}` : "";
  const why = approval.reason ? `: ${approval.reason}` : "";
  const next = status === "denied" ? " Do not repeat this call unchanged." : "";
  const nothing = ["denied", "expired", "cancelled", "superseded"].includes(status)
    ? " Nothing was executed."
    : "";
  return new PreloopError(
    code,
    `${approval.name} ${words}${by}${why}.${nothing}${next}`.replace(/([.!?])\./, "$1"),
    {
      data: { status, approvalId: approval.id, ...(approval.reason && { reason: approval.reason }) },
    },
  );
}

/** Nothing more leaves a session that a person has frozen. @throws session_frozen */
export function refuseFrozen(
  { session }: ToolCall,
  { liveGrants }: Pick<SessionCallServices, "liveGrants">,
): void {
  if (liveGrants.isFrozen(session.id))
    throw new PreloopError(
      "session_frozen",
      "This session was frozen by its user. Stop, and say so to them.",
    );
}

/**
 * A call was judged, and then its server was started anew: it may only go to one that still lists the same.
 * @throws session_frozen, tool_held, upstream_failed
 */
export async function refuseChanged(
  call: ToolCall,
  judged: Subject,
  services: SessionCallServices,
): Promise<void> {
  const current = await judged.renewed();
  await services.firstSnapshot();
  refuseFrozen(call, services);
  if (current?.digest !== judged.digest || current.upstream !== judged.upstream)
    throw new PreloopError(
      "upstream_failed",
      `${call.server} was started anew and does not list ${call.name} as before. Nothing was executed; list the tools and call again.`,
    );
  const hold = current.holdOf(services.pins);
  if (hold) throw heldBack(call, hold);
}

/**
 * What a caller hears when its call left and no answer came: another try could do it twice. An error of the protocol's
 * own, which its client handles by itself, stays what it is.
 */
export function outcomeUnknown(error: PreloopError): PreloopError {
  if (error.status.rpc !== "tool") return error;
  return new PreloopError(
    "outcome_unknown",
    `${error.message} The call had been sent, so it may have taken effect. Check before you call again.`,
    { cause: error, data: { status: "unknown" } },
  );
}

/** What a caller hears when its patience ends before the decision. */
export function stillWaiting(approval: Approval): PreloopError {
  return new PreloopError(
    "call_waiting",
    `${approval.name} was not executed: approval ${approval.id} is still waiting for a person. ` +
      "Call again with the same arguments to go on waiting; it will run once when approved.",
    { data: { status: "waiting", approvalId: approval.id } },
  );
}

/** What a caller hears when a person must look at what it asked for first; nothing in it was written by the server. */
export function heldBack({ name }: { readonly name: string }, { why, accept }: Hold): PreloopError {
  return new PreloopError(
    "tool_held",
    `${name} was not executed: ${why}, so it is held until a person has looked at it. ` +
      `Tell your user; they can see it with "preloop tools pins" and accept it with "preloop tools accept ${accept}". ` +
      "Calling again before that changes nothing.",
    { data: { reason: why } },
  );
}

/** A larger reply is not kept for a caller that went away; what it did is in the audit all the same. */
const MAX_KEPT = 1_048_576;

/** The reply as the approval keeps it. */
export function recordable(reply: RawReply): RecordedOutcome {
  if (reply.text.length <= MAX_KEPT) return { kind: reply.kind, text: reply.text };
  const message = `The call was executed, but its reply of ${reply.text.length} characters was too large to keep`;
  return { kind: "error", text: JSON.stringify({ code: RPC_CODES.internalError, message }) };
}
