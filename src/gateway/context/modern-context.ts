import { withMember } from "#protocol";
import type { Incoming } from "../request.ts";
import type { PiggybackRequests } from "../server-requests/piggyback.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import { createDetachableWork } from "./detachable-work.ts";
import { inputRequired } from "./input.ts";
import type { OpenContext, RequestContext } from "./request-context.ts";
import { MAX_ROUND_TRIPS, tooManyRoundTrips } from "./round-trip-limits.ts";
import type { RoundTrips } from "./round-trips.ts";

/** The means by which the contexts of modern requests ask their client. */
export interface ModernContextParts {
  readonly roundTrips: RoundTrips;
  readonly piggybackRequests: PiggybackRequests;
  readonly serverRequests: ServerRequests;
}

/** The context of a modern client's request: what a server wants is the answer to it, and the work goes on with a retry. */
export function createModernContext(incoming: Incoming, parts: ModernContextParts): OpenContext {
  const { roundTrips, piggybackRequests, serverRequests } = parts;
  const { client } = incoming;
  const work = createDetachableWork(incoming);
  const answered = work.attach(incoming);
  let rounds = 0;
  // One question at a time: the next can be put only when the client is back from the one before.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (result: string) => {
    const mine = turn.then(() => roundTrips.suspend(work, result));
    turn = mine.catch(() => {});
    return mine;
  };
  const context: RequestContext = {
    client,
    signal: work.signal,
    attach: (upstream) => piggybackRequests.attach(upstream, context),
    get progressToken() {
      return work.waiting?.progressToken;
    },
    tellProgress(params) {
      const { waiting } = work;
      if (waiting?.progressToken !== undefined)
        waiting.tellProgress(withMember(params, "progressToken", waiting.progressToken));
    },
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => context.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    async put(result) {
      if (++rounds > MAX_ROUND_TRIPS) throw tooManyRoundTrips();
      return inTurn(result);
    },
    roundTrip: async () => void (await inTurn(inputRequired())),
  };
  return {
    context,
    answer(outcome) {
      work.begin(outcome);
      return answered;
    },
  };
}
