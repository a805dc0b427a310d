import type { Upstream } from "#upstreams";
import { passGate } from "../call/call.ts";
import type { MakeCallRequest } from "../call/call-request.ts";
import type { SessionCallServices } from "../call/call-services.ts";
import { identifyRequest } from "../call/identify/identify-request.ts";
import { replyWith } from "../call/reply.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { type ContextParts, openContext } from "../context/open-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isRetry } from "../context/round-trips.ts";
import type { Handled, Incoming, Request } from "../request.ts";
import type { Load } from "./load.ts";

/** The parts of a session that passing on needs. */
export interface PassOnParts extends ContextParts {
  readonly upstreams: readonly Upstream[];
  readonly catalog: Catalog;
  readonly makeCallRequest: MakeCallRequest;
  readonly callLoad: Load;
}

/** A request that is no call of a tool, through the gate to the server it concerns. */
export function passOn(
  incoming: Incoming,
  services: SessionCallServices,
  parts: PassOnParts,
): Promise<Handled> {
  const { request } = incoming;
  if (isRetry(incoming)) return parts.roundTrips.resume(incoming);
  const { context, answer } = openContext(incoming, parts);
  const passed = parts.callLoad.during(request.text.length, () =>
    passAll(request, context, { services, ...parts }),
  );
  return answer(passed);
}

/** Lets a request through the gate once for each server it concerns. */
export async function passAll(
  request: Request,
  context: RequestContext,
  { services, upstreams, catalog, makeCallRequest }: PassOnParts & { readonly services: SessionCallServices },
): Promise<Handled> {
  const asked = { ...makeCallRequest(request, context), method: request.method };
  const [found, ...others] = await identifyRequest(asked, { catalog, upstreams, services });
  const gate = { catalog, services };
  if (!found) return { reply: replyWith({}) };
  if (others.length === 0) return passGate(found, asked, gate);
  // A log level is for every server that logs, and succeeds when one of them has taken it.
  const handled = await Promise.allSettled([found, ...others].map((one) => passGate(one, asked, gate)));
  const taken = handled.find((one) => one.status === "fulfilled");
  if (!taken) throw (handled[0] as PromiseRejectedResult).reason;
  return taken.value;
}
