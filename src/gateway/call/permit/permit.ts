import type { ApprovalRequests } from "#approvals";
import type { AuditEntry, CallFacts } from "#audit";
import { abortSignalOf, type JsonObject, messageOf, PreloopError, readJson, writeJson } from "#base";
import type { Approval, Decision, ToolCall } from "#model";
import type { RawReply } from "#protocol";
import type { RequestContext } from "../../context/request-context.ts";
import { MAX_ROUNDS } from "../../context/rounds.ts";
import type { CallRequest } from "../call-request.ts";
import type { SessionCallServices } from "../call-services.ts";
import type { Subject } from "../identify/subject.ts";
import { heldBack, recordable, refusalOf, refuseFrozen, stillWaiting } from "./refusals.ts";
import { reportWaiting } from "./report-waiting.ts";

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

const NO_FACTS: CallFacts = {};
const CANCELLED = "the caller cancelled the call";
// Nobody waits on a task's request, so it ends when its approval does.
const TASK_PATIENCE_MS = 7 * 24 * 3_600_000;

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
  return askAPerson(candidate, services);
}

async function askAPerson(candidate: Candidate, services: SessionCallServices): Promise<Permit> {
  const { call, decision, request, subject } = candidate;
  const approvals = await services.approvals();
  const policy = services.policy();
  const { context } = request;
  const clientTimeoutMs = context.task
    ? TASK_PATIENCE_MS
    : services.clientTimeoutMs(context.progressToken !== undefined);
  await services.deliveries.recorded();
  const earlier = await approvals.redeem(call);
  if (earlier?.kind === "final") return settledBefore(earlier, approvals, services);
  const early = earlier ? undefined : await preflight(candidate, services);
  if (early) return early;
  const asked =
    earlier?.approval ??
    (await approvals.ask({
      call,
      decision,
      workflow: policy.workflowFor(decision),
      policyVersion: policy.version,
      inputSchema: writeJson(subject.inputSchema ?? {}),
      clientTimeoutMs,
    }));
  candidate.entry.waiting({ approval: asked.id });
  context.task?.awaitingApproval(asked.id);
  let answer = await waitFor(asked, clientTimeoutMs, context, approvals);
  for (let rounds = 0; answer.status === "pending" && context.roundTrip && rounds < MAX_ROUNDS; rounds++)
    answer = await waitOn(asked, context, approvals, services);
  // A decision may fall between the last look and the parking; then there is nothing left to wait for.
  if (answer.status === "pending") answer = await approvals.park(asked.id);
  if (answer.status === "pending") throw stillWaiting(answer);
  if (answer.status !== "approved") {
    // The refusal is the outcome, and this answer delivers it: the next identical call is a new call.
    await approvals.delivered(answer.id);
    throw refusalOf(answer);
  }
  return begin(answer, candidate, approvals, services);
}

// Nobody is disturbed for a call that its own tool can tell is in vain.
async function preflight(
  { call, subject, request }: Candidate,
  services: SessionCallServices,
): Promise<AnsweredPermit | undefined> {
  if (!subject.tool) return undefined;
  // What the answer tells must not be more than the caller could have asked for itself.
  const mayRead = (tool: string, args: JsonObject) => {
    const own = { tool, name: tool, inputSchema: undefined };
    const reading = { ...call, ...own, args, argsText: writeJson(args) };
    return services.policy().evaluate(reading, services.clock.now()).action === "allow";
  };
  const params = `{"name":${JSON.stringify(call.tool)},"arguments":${call.argsText}}`;
  const reply = await subject.upstream.preflight?.(params, request.context.signal, mayRead);
  return reply && { kind: "answered", reply, facts: { detail: "answered without asking; nothing was done" } };
}

async function waitFor(
  asked: Approval,
  clientTimeoutMs: number,
  context: RequestContext,
  approvals: ApprovalRequests,
): Promise<Approval> {
  const stopReporting = reportWaiting(asked, context);
  try {
    return await approvals.waitForDecision(asked.id, {
      untilMs: clientTimeoutMs,
      signal: abortSignalOf(context.signal),
    });
  } catch (error) {
    // A cancelled call must never run later; for a parked approval this changes nothing.
    await approvals.cancel(asked.id, CANCELLED);
    throw error;
  } finally {
    stopReporting();
  }
}

// A modern client that cannot wait longer is answered, comes back at once, and goes on waiting.
async function waitOn(
  asked: Approval,
  context: RequestContext,
  approvals: ApprovalRequests,
  services: SessionCallServices,
): Promise<Approval> {
  try {
    await context.roundTrip?.();
  } catch (error) {
    await approvals.cancel(asked.id, CANCELLED);
    throw error;
  }
  return waitFor(asked, services.clientTimeoutMs(context.progressToken !== undefined), context, approvals);
}

// The last look before bytes leave: policy and definition as they are now, the arguments as a person left them.
async function begin(
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

function settledBefore(
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
