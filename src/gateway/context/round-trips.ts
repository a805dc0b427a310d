import { type CancelSignal, digestOf, type JsonObject, PreloopError } from "#base";
import { members, withMember } from "#protocol";
import type { ClientProfile } from "#upstreams";
import { refuseDeep } from "../call/refuse-deep.ts";
import type { PiggybackRequests } from "../server-requests/piggyback.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Handled } from "../session/dispatch.ts";
import { inputRequired } from "./input.ts";
import { MAX_ROUNDS, type RequestContext, tooManyRounds } from "./request-context.ts";
import { createRequestStates, type RequestStateOptions } from "./request-state.ts";

/** One request of a modern client: the first leg of a round trip, or a retry that goes on with it. */
export interface Leg {
  readonly session: string;
  readonly method: string;
  readonly params: JsonObject;
  /** The params' source text. */
  readonly raw: string;
  readonly client: ClientProfile;
  readonly signal: CancelSignal;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
}

/** The round trips of modern clients (2026-07-28, basic/patterns/mrtr): requests that are answered with `input_required` and come back with what was wanted. */
export interface RoundTrips {
  /**
   * Calls the handler, or goes on with the call that the leg's `requestState` stands for: then `handler` is not called,
   * and what was permitted on the first leg holds for the others. @throws params_invalid
   */
  run(leg: Leg, handler: (context: RequestContext) => Promise<Handled>): Promise<Handled>;
  /** True while one of them is under way. */
  isBusy(): boolean;
  /** Ends what waits for its client; resolves when all of it has been written down. */
  close(): Promise<void>;
}

interface RoundTrip {
  readonly abort: AbortController;
  readonly binding: () => string;
  /** The request of the client's that waits for an answer now. */
  leg: Leg | undefined;
  answer: ((handled: Handled | Promise<Handled>) => void) | undefined;
  /** Whoever waits for the client's next leg. */
  next: { resolve(responses: string | undefined): void; reject(error: PreloopError): void } | undefined;
  /** How the handler ends, from its start. */
  ended: Promise<Handled>;
  hasEnded: boolean;
}

const PER_LEG = ["_meta", "inputResponses", "requestState"] as const;

export interface RoundTripsOptions extends RequestStateOptions {
  readonly piggybackRequests: PiggybackRequests;
  readonly serverRequests: ServerRequests;
}

/** No round trip under way yet. */
export function createRoundTrips(options: RoundTripsOptions): RoundTrips {
  const states = createRequestStates<RoundTrip>(options);
  const underWay = new Set<Promise<unknown>>();

  function start(leg: Leg, handler: (context: RequestContext) => Promise<Handled>): Promise<Handled> {
    const roundTrip: RoundTrip = {
      abort: new AbortController(),
      binding: () => bindingOf(leg),
      leg: undefined,
      answer: undefined,
      next: undefined,
      ended: undefined as unknown as Promise<Handled>,
      hasEnded: false,
    };
    const answered = attachLeg(roundTrip, leg);
    roundTrip.ended = handler(contextOf(roundTrip, leg.client, { ...options, suspend }));
    underWay.add(roundTrip.ended);
    const end = () => {
      underWay.delete(roundTrip.ended);
      roundTrip.hasEnded = true;
      roundTrip.answer?.(roundTrip.ended);
    };
    roundTrip.ended.then(end, end);
    return answered;
  }

  function resume(leg: Leg, state: unknown): Promise<Handled> {
    const roundTrip = states.take(typeof state === "string" ? state : "", bindingOf(leg));
    const answered = roundTrip.hasEnded ? roundTrip.ended : attachLeg(roundTrip, leg);
    roundTrip.next?.resolve(members(leg.raw).get("inputResponses"));
    return answered;
  }

  /** Answers the leg under way with what is wanted, and waits for the next one. */
  function suspend(roundTrip: RoundTrip, result: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const { answer } = roundTrip;
      if (roundTrip.abort.signal.aborted || !answer) return reject(gone());
      const state = states.issue(roundTrip, roundTrip.binding(), () => abandon(roundTrip));
      roundTrip.next = { resolve, reject };
      roundTrip.leg = undefined;
      roundTrip.answer = undefined;
      answer({ reply: { kind: "result", text: withMember(result, "requestState", JSON.stringify(state)) } });
    });
  }

  return {
    async run(leg, handler) {
      const state = leg.params.requestState;
      return state === undefined ? start(leg, handler) : resume(leg, state);
    },
    isBusy: () => underWay.size > 0,
    async close() {
      for (const roundTrip of states.close()) abandon(roundTrip);
      await Promise.allSettled(underWay);
    },
  };
}

/** From here on the client is this leg: it gets the answer, and its giving up ends the round trip. */
function attachLeg(roundTrip: RoundTrip, leg: Leg): Promise<Handled> {
  roundTrip.leg = leg;
  const onAbort = () => abandon(roundTrip);
  leg.signal.addEventListener("abort", onAbort, { once: true });
  return new Promise<Handled>((resolve) => {
    roundTrip.answer = resolve;
  }).finally(() => leg.signal.removeEventListener("abort", onAbort));
}

function abandon(roundTrip: RoundTrip): void {
  roundTrip.abort.abort();
  roundTrip.next?.reject(gone());
}

interface ContextParts {
  readonly suspend: (roundTrip: RoundTrip, result: string) => Promise<string | undefined>;
  readonly piggybackRequests: PiggybackRequests;
  readonly serverRequests: ServerRequests;
}

function contextOf(
  roundTrip: RoundTrip,
  client: ClientProfile,
  { suspend, piggybackRequests, serverRequests }: ContextParts,
): RequestContext {
  let rounds = 0;
  // One question at a time: the next can be put only when the client is back from the one before.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (result: string) => {
    const mine = turn.then(() => suspend(roundTrip, result));
    turn = mine.catch(() => {});
    return mine;
  };
  const context: RequestContext = {
    client,
    signal: roundTrip.abort.signal,
    attach: (upstream) => piggybackRequests.attach(upstream, context),
    get progressToken() {
      return roundTrip.leg?.progressToken;
    },
    tellProgress(params) {
      const { leg } = roundTrip;
      if (leg?.progressToken !== undefined)
        leg.tellProgress(withMember(params, "progressToken", leg.progressToken));
    },
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => context.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    async put(result) {
      if (++rounds > MAX_ROUNDS) throw tooManyRounds();
      return inTurn(result);
    },
    roundTrip: async () => void (await inTurn(inputRequired())),
  };
  return context;
}

// What a client may change from leg to leg is left out; all else must be as it was.
function bindingOf({ session, method, params }: Leg): string {
  refuseDeep(params);
  const kept = Object.entries(params).filter(([key]) => !(PER_LEG as readonly string[]).includes(key));
  return digestOf({ session, method, params: Object.fromEntries(kept) });
}

function gone(): PreloopError {
  return new PreloopError("request_cancelled", "the client did not come back");
}
