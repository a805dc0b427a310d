import type { ApprovalRequests } from "#approvals";
import { abortSignalOf, type JsonObject, writeJson } from "#base";
import type { Approval } from "#model";
import type { RequestContext } from "../../context/request-context.ts";
import { MAX_ROUND_TRIPS } from "../../context/round-trip-limits.ts";
import type { SessionCallServices } from "../call-services.ts";
import { beginRun, CANCELLED, permitSettledBefore } from "./begin-run.ts";
import type { AnsweredPermit, Candidate, Permit } from "./permits.ts";
import { refusalOf, stillWaiting } from "./refusals.ts";
import { reportWaiting } from "./report-waiting.ts";

// Nobody waits on a task's request, so it ends when its approval does.
const TASK_PATIENCE_MS = 7 * 24 * 3_600_000;

/**
 * Leave by a person, unless a person gave it before.
 * @throws call_denied, call_waiting, approval_…, store_unavailable, request_cancelled
 */
export async function askPerson(candidate: Candidate, services: SessionCallServices): Promise<Permit> {
  const { call, decision, request, subject } = candidate;
  const approvals = await services.approvals();
  const policy = services.policy();
  const { context } = request;
  const clientTimeoutMs = context.task
    ? TASK_PATIENCE_MS
    : services.clientTimeoutMs(context.progressToken !== undefined);
  await services.deliveries.recorded();
  const earlier = await approvals.redeem(call);
  if (earlier?.kind === "final") return permitSettledBefore(earlier, approvals, services);
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
  for (let rounds = 0; answer.status === "pending" && context.roundTrip && rounds < MAX_ROUND_TRIPS; rounds++)
    answer = await waitOn(asked, context, approvals, services);
  // A decision may fall between the last look and the parking; then there is nothing left to wait for.
  if (answer.status === "pending") answer = await approvals.park(asked.id);
  if (answer.status === "pending") throw stillWaiting(answer);
  if (answer.status !== "approved") {
    // The refusal is the outcome, and this answer delivers it: the next identical call is a new call.
    await approvals.delivered(answer.id);
    throw refusalOf(answer);
  }
  return beginRun(answer, candidate, approvals, services);
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
