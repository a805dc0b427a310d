import { type CancelSignal, isJsonObject, type JsonObject } from "#base";
import { member, ROUND_METHODS } from "#protocol";
import type { ClientProfile } from "#upstreams";
import type { DirectRequests } from "../server-requests/direct.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Handled, Request } from "../session/dispatch.ts";
import { createRequestContext, type RequestContext } from "./request-context.ts";
import type { RoundTrips } from "./round-trips.ts";

/** Runs a request's handler with its context, over as many legs as the client's era makes of it. */
export type WithRequestContext = (
  passage: Incoming,
  handler: (context: RequestContext) => Promise<Handled>,
) => Promise<Handled>;

/** An incoming request and the client that makes it. */
export interface Incoming {
  readonly request: Request;
  readonly client: ClientProfile;
  readonly session: string;
  readonly signal: CancelSignal;
}

export interface WithRequestContextOptions {
  readonly directRequests: DirectRequests;
  readonly roundTrips: RoundTrips;
  readonly serverRequests: ServerRequests;
  /** Sends progress about a request in flight; params as JSON text. */
  readonly tellProgress: (request: Request, params: string) => void;
}

export function createWithRequestContext({
  directRequests,
  roundTrips,
  serverRequests,
  tellProgress,
}: WithRequestContextOptions): WithRequestContext {
  return ({ request, client, session, signal }, handler) => {
    const { method, params } = request;
    const progressToken = tokenOf(params);
    const tell = (progress: string) => tellProgress(request, progress);
    if (client.era === "legacy" || !ROUND_METHODS.has(method))
      return handler(
        createRequestContext({
          client,
          signal,
          progressToken,
          tellProgress: tell,
          directRequests,
          serverRequests,
        }),
      );
    const raw = member(request.text, "params") ?? "{}";
    const leg = { session, method, params, raw, client, signal, progressToken, tellProgress: tell };
    return roundTrips.run(leg, handler);
  };
}

function tokenOf(params: JsonObject): string | undefined {
  const token = isJsonObject(params._meta) ? params._meta.progressToken : undefined;
  return typeof token === "string" || typeof token === "number" ? JSON.stringify(token) : undefined;
}
