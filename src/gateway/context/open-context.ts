import { ROUND_METHODS } from "#protocol";
import type { Incoming } from "../request.ts";
import type { DirectRequests } from "../server-requests/direct.ts";
import { createDirectContext } from "./direct-context.ts";
import { createModernContext, type ModernContextParts } from "./modern-context.ts";
import type { OpenContext } from "./request-context.ts";

/** The ways in which the client of a session can be asked while a request of its is under way. */
export interface ContextParts extends ModernContextParts {
  readonly directRequests: DirectRequests;
}

/** Opens a request's context, in the way of its client's era. */
export function openContext(incoming: Incoming, parts: ContextParts): OpenContext {
  if (incoming.client.era === "modern" && ROUND_METHODS.has(incoming.request.method))
    return createModernContext(incoming, parts);
  return { context: createDirectContext(incoming, parts), answer: (work) => work };
}
