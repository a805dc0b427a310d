import { type CancelSignal, isJsonObject, type JsonObject } from "#base";
import { member } from "#jsonrpc";
import type { ClientFace } from "#upstreams";
import type { Handled, Request } from "./dispatch.ts";
import { ROUND_METHODS } from "./input.ts";
import { createLine, type Line } from "./line.ts";
import type { Reverse } from "./reverse.ts";
import type { Rounds } from "./rounds.ts";
import type { ServerRequests } from "./server-requests/server-requests.ts";

/** Gives a request's journey its way back to the client, over as many legs as the client's era makes of it. */
export type Travel = (passage: Passage, journey: (line: Line) => Promise<Handled>) => Promise<Handled>;

/** A request and the client that makes it. */
export interface Passage {
  readonly request: Request;
  readonly client: ClientFace;
  readonly session: string;
  readonly signal: CancelSignal;
}

export interface TravelOptions {
  readonly reverse: Reverse;
  readonly rounds: Rounds;
  readonly serverRequests: ServerRequests;
  /** Sends progress about a request in flight; params as JSON text. */
  readonly tellProgress: (request: Request, params: string) => void;
}

export function createTravel({ reverse, rounds, serverRequests, tellProgress }: TravelOptions): Travel {
  return ({ request, client, session, signal }, journey) => {
    const { method, params } = request;
    const progressToken = tokenOf(params);
    const tell = (progress: string) => tellProgress(request, progress);
    if (client.era === "legacy" || !ROUND_METHODS.has(method))
      return journey(
        createLine({ client, signal, progressToken, tellProgress: tell, reverse, serverRequests }),
      );
    const raw = member(request.text, "params") ?? "{}";
    const leg = { session, method, params, raw, client, signal, progressToken, tellProgress: tell };
    return rounds.travel(leg, journey);
  };
}

function tokenOf(params: JsonObject): string | undefined {
  const token = isJsonObject(params._meta) ? params._meta.progressToken : undefined;
  return typeof token === "string" || typeof token === "number" ? JSON.stringify(token) : undefined;
}
