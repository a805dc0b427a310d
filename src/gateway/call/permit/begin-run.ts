import type { ApprovalRequests } from "#approvals";
import { type JsonObject, messageOf, PreloopError, readJson } from "#base";
import type { Approval } from "#model";
import type { RawReply } from "#protocol";
import type { SessionCallServices } from "../call-services.ts";
import type { AnsweredPermit, Candidate, Permit } from "./permits.ts";
import { recordable, refusalOf } from "./refusals.ts";

/** Why an approval is cancelled with its call. */
export const CANCELLED = "the caller cancelled the call";

/**
 * The last look before bytes leave: policy and definition as they are now, the arguments as a person left them.
 * @throws approval_…, request_cancelled
 */
export async function beginRun(
  approved: Approval,
  { call, request, subject }: Candidate,
  approvals: ApprovalRequests,
  services: SessionCallServices,
): Promise<Permit> {
  const current = await subject.current();
  const policy = services.policy();
  const args = readJson(approved.effectiveArgs) as JsonObject;
  const effective = { ...call, args, argsText: approved.effectiveArgs };
  if (request.context.signal.aborted) {
    await approvals.cancel(approved.id, CANCELLED);
    throw new PreloopError("request_cancelled", CANCELLED);
  }
  const decision = policy.evaluate(effective, services.clock.now());
  const begun = await approvals.begin(approved.id, {
    definitionDigest: current && !current.holdOf(services.pins) ? current.digest : "",
    policyVersion: policy.version,
    decision,
    workflow: policy.workflowFor(decision),
  });
  if (!begun.run) {
    await approvals.delivered(begun.approval.id);
    throw refusalOf(begun.approval);
  }
  const { id } = approved;
  // The call has run: a store that cannot hear of it any more must not cost the caller its result.
  const noted = (note: Promise<void>) =>
    note.catch((error) => services.log.error(`the outcome of ${id} is not recorded: ${messageOf(error)}`));
  return {
    kind: "run",
    argsText: approved.effectiveArgs,
    facts: {
      approval: id,
      ...(begun.approval.decidedBy && { decidedBy: begun.approval.decidedBy }),
      ...(approved.effectiveDigest !== approved.proposedDigest && { effectiveArgs: approved.effectiveArgs }),
    },
    finished: (reply) => noted(approvals.finish(id, recordable(reply), reply.kind === "result")),
    failed: (error, sent) => noted(approvals.unanswered(id, { sent, why: messageOf(error) })),
    delivered: () => services.deliveries.record(approvals.delivered(id)),
  };
}

/** The outcome of an earlier run that its caller never heard. @throws approval_… for one that did not run */
export function permitSettledBefore(
  earlier: { readonly approval: Approval; readonly outcome?: RawReply },
  approvals: ApprovalRequests,
  services: SessionCallServices,
): AnsweredPermit {
  const { approval, outcome } = earlier;
  const delivered = () => services.deliveries.record(approvals.delivered(approval.id));
  if (!outcome) {
    void delivered().catch(() => {});
    throw refusalOf(approval);
  }
  return { kind: "answered", reply: outcome, facts: { approval: approval.id }, delivered };
}
