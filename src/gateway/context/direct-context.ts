import { abortSignalOf, PreloopError } from "#base";
import { members, withMember } from "#protocol";
import type { Upstream } from "#upstreams";
import type { Incoming } from "../request.ts";
import type { DirectRequests, ServerRequest } from "../server-requests/direct.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import { inputRequestsOf } from "./input.ts";
import type { RequestContext } from "./request-context.ts";
import {
  canAnswer,
  MAX_ROUND_TRIPS,
  pauseBeforeNextRoundTrip,
  ROUND_TRIP_MS,
  tooManyRoundTrips,
} from "./round-trip-limits.ts";

/** The part of a request that its context needs, where the client is asked beside it. */
export type DirectIncoming = Pick<Incoming, "client" | "signal" | "progressToken" | "tellProgress">;

/** The means by which such clients are asked. */
export interface DirectContextParts {
  readonly directRequests: DirectRequests;
  readonly serverRequests: ServerRequests;
}

const NOTHING_TO_END = () => {};

/** The context of a legacy client's request: what a server wants becomes requests to the client, answered while its own waits. */
export function createDirectContext(incoming: DirectIncoming, parts: DirectContextParts): RequestContext {
  const { client, signal, progressToken } = incoming;
  const { serverRequests } = parts;
  let rounds = 0;
  const context: RequestContext = {
    client,
    signal,
    progressToken,
    roundTrip: undefined,
    tellProgress(params) {
      if (progressToken !== undefined)
        incoming.tellProgress(withMember(params, "progressToken", progressToken));
    },
    // Such a client is asked beside its own request.
    attach: () => NOTHING_TO_END,
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => context.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    async put(result, upstream) {
      // Nobody asks such a client outright, and this request of its has no rounds.
      if (client.era === "modern")
        throw new PreloopError(
          "input_failed",
          `${upstream.name} wanted input where the protocol has no way for it.`,
        );
      if (++rounds > MAX_ROUND_TRIPS) throw tooManyRoundTrips();
      const wanted = inputRequestsOf(result);
      if (wanted.size > 0) return putAll(wanted, upstream, { ...incoming, ...parts });
      await pauseBeforeNextRoundTrip(signal, cancelled);
      return undefined;
    },
  };
  return context;
}

type Asking = Pick<DirectIncoming & DirectContextParts, "client" | "signal" | "directRequests">;

/** Asks the client all of one round at once; resolves with the text of its `inputResponses`. */
async function putAll(
  wanted: ReadonlyMap<string, string>,
  upstream: Upstream,
  asking: Asking,
): Promise<string> {
  // One question that fails takes the others back: their answers would be of no use.
  const failing = new AbortController();
  const limit = AbortSignal.any([
    abortSignalOf(asking.signal),
    failing.signal,
    AbortSignal.timeout(ROUND_TRIP_MS),
  ]);
  try {
    const answers = await Promise.all(
      [...wanted].map(async ([key, raw]) => {
        const entry = members(raw);
        const method = JSON.parse(entry.get("method") ?? '""') as string;
        const question = { upstream, method, params: entry.get("params"), signal: limit };
        return `${JSON.stringify(key)}:${await putOne(question, asking)}`;
      }),
    );
    return `{${answers.join(",")}}`;
  } finally {
    failing.abort();
  }
}

async function putOne(question: ServerRequest, { client, signal, directRequests }: Asking): Promise<string> {
  const { method } = question;
  if (!canAnswer(client, method))
    throw new PreloopError(
      "input_failed",
      `The server needs ${method} of the client, and this client does not offer it. Nothing more was done.`,
    );
  const reply = await directRequests.ask(question).catch((error) => {
    // A caller that gave up hears nothing; one whose person took too long must.
    throw signal.aborted ? error : new PreloopError("input_failed", `Nobody answered ${method} in time.`);
  });
  if (reply.kind === "result") return reply.text;
  const { message } = JSON.parse(reply.text) as { message?: unknown };
  throw new PreloopError("input_failed", `The client did not answer ${method}: ${String(message)}`);
}

function cancelled(): PreloopError {
  return new PreloopError("request_cancelled", "the caller cancelled the request");
}
