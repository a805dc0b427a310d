import type { CallFacts } from "#audit";
import { PreloopError } from "#base";
import type { Decision, ToolCall } from "#model";
import type { SessionCallServices } from "../call-services.ts";
import { askPerson } from "./ask-person.ts";
import type { Candidate, Permit, RunPermit } from "./permits.ts";
import { heldBack, refuseFrozen } from "./refusals.ts";

const NO_FACTS: CallFacts = {};

/**
 * From a decision to leave to run: allowed at once, by a standing grant, or by a person.
 * @throws call_denied, session_frozen, tool_held, justification_missing, call_waiting, approval_…, store_unavailable, request_cancelled
 */
export async function permit(candidate: Candidate, services: SessionCallServices): Promise<Permit> {
  const { call, decision } = candidate;
  if (decision.action === "deny") throw denied(call, decision);
  await services.firstSnapshot();
  refuseFrozen(call, services);
  const hold = candidate.subject.holdOf(services.pins);
  if (hold) throw heldBack(call, hold);
  if (decision.justification === "required" && !call.justification?.trim())
    throw new PreloopError(
      "justification_missing",
      `${call.name} needs a "justification" argument that says why this call is needed. Nothing was executed; call again with it.`,
    );
  if (decision.action === "allow") return plainRun(call, NO_FACTS);
  const grant = services.liveGrants.grantFor(call, decision, services.policy().workflowFor(decision));
  if (grant) {
    services.liveGrants.countUse(grant);
    return plainRun(call, { grant: grant.id, decidedBy: grant.createdBy });
  }
  return askPerson(candidate, services);
}

function plainRun(call: ToolCall, facts: CallFacts): RunPermit {
  return { kind: "run", argsText: call.argsText, facts };
}

function denied(call: ToolCall, decision: Decision): PreloopError {
  const why = decision.reason ? `: ${decision.reason}` : "";
  return new PreloopError(
    "call_denied",
    `${call.name} is denied by policy (rule "${decision.rule}")${why} Nothing was executed. Do not repeat this call unchanged.`,
    { data: { status: "denied", ...(decision.reason && { reason: decision.reason }) } },
  );
}
