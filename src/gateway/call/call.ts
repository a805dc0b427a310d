import { isJsonObject, isPreloopError, type Json, messageOf } from "#base";
import type { Outcome } from "#model";
import type { RawReply } from "#protocol";
import type { Catalog } from "../catalog/catalog.ts";
import type { Handled } from "../request.ts";
import type { CallRequest } from "./call-request.ts";
import type { SessionCallServices } from "./call-services.ts";
import { forward } from "./forward/forward.ts";
import { type Identified, identify } from "./identify/identify.ts";
import { permit } from "./permit/permit.ts";
import type { Permit } from "./permit/permits.ts";
import { outcomeUnknown, refuseChanged, refuseFrozen } from "./permit/refusals.ts";

/** The life of one `tools/call`. @throws PreloopError for every refusal */
export async function handleToolCall(
  request: CallRequest,
  catalog: Catalog,
  services: SessionCallServices,
): Promise<Handled> {
  const identified = await identify(request, catalog, services);
  return passGate(identified, request, { catalog, services });
}

/** The parts of a session that the gate works with. */
export interface Gate {
  readonly catalog: Catalog;
  readonly services: SessionCallServices;
}

/**
 * The one gate to the servers, for every method: a request is decided, permitted, forwarded, and written down around it
 * all. It is sent only when policy, approval and audit have all answered; silence counts as no.
 * @throws PreloopError for every refusal
 */
export async function passGate(
  { call, subject, paramsWith }: Identified,
  request: CallRequest,
  { catalog, services }: Gate,
): Promise<Handled> {
  const decision = services.policy().evaluate(call, services.clock.now());
  const entry = services.audit.begin(call, decision);
  let permitted: Permit | undefined;
  let isSent = false;
  const onSent = () => {
    isSent = true;
  };
  try {
    permitted = await permit({ call, subject, decision, request, entry }, services);
    if (permitted.kind === "answered") {
      await entry.finish({
        outcome: outcomeOf(permitted.reply.kind, readKept(permitted.reply)),
        ...permitted.facts,
      });
      return { reply: permitted.reply, delivered: permitted.delivered };
    }
    const params = paramsWith(permitted.argsText);
    const mayGoOn = () => refuseFrozen(call, services);
    const recheck = () => refuseChanged(call, subject, services);
    await entry.sending(permitted.facts);
    const reply = await forward({ call, subject, params, request, onSent, recheck, mayGoOn });
    catalog.noteUris(subject.upstream, reply.value);
    await entry.finish({ outcome: outcomeOf(reply.kind, reply.value), ...permitted.facts });
    await permitted.finished?.(reply);
    return { reply, delivered: permitted.delivered };
  } catch (error) {
    const facts = permitted?.facts ?? {};
    // What left and was not answered may have had its effect, whoever gave up on it and why.
    const outcome = isSent ? "unknown" : outcomeOfError(error);
    await entry.finish({ ...facts, outcome, detail: messageOf(error) });
    if (permitted?.kind === "run") await permitted.failed?.(error, isSent);
    throw isSent && isPreloopError(error) ? outcomeUnknown(error) : error;
  }
}

function outcomeOf(kind: RawReply["kind"], value: Json): Outcome {
  if (kind === "error") return "error";
  return isJsonObject(value) && value.isError === true ? "tool_error" : "ok";
}

function readKept(reply: RawReply): Json {
  return JSON.parse(reply.text) as Json;
}

function outcomeOfError(error: unknown): Outcome {
  if (!isPreloopError(error)) return "error";
  if (error.code === "request_cancelled") return "cancelled";
  if (error.code === "call_waiting") return "waiting";
  if (error.code === "input_failed") return "error";
  if (error.code === "upstream_failed") return "error";
  return error.status.rpc === "tool" ? "refused" : "error";
}
