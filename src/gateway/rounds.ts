import { type CancelSignal, digestOf, type JsonObject, PreloopError } from "#base";
import { members, withMember } from "#jsonrpc";
import type { ClientFace } from "#upstreams";
import type { Carrying } from "./carrying.ts";
import type { Handled } from "./dispatch.ts";
import { inputRequired } from "./input.ts";
import { type Line, MAX_ROUNDS, tooManyRounds } from "./line.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { createRoundStates, type RoundStateOptions } from "./round-state.ts";
import type { ServerRequests } from "./server-requests/server-requests.ts";

/** One request of a modern client: the first leg of a trip, or a retry that goes on with it. */
export interface Leg {
  readonly session: string;
  readonly method: string;
  readonly params: JsonObject;
  /** The params' source text. */
  readonly raw: string;
  readonly client: ClientFace;
  readonly signal: CancelSignal;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
}

/** The trips of modern clients: requests that are answered with `input_required` and come back with what was wanted. */
export interface Rounds {
  /**
   * Starts the journey, or goes on with the one that the leg's `requestState` stands for: then `journey` is not called,
   * and what was permitted on the first leg holds for the others. @throws params_invalid
   */
  travel(leg: Leg, journey: (line: Line) => Promise<Handled>): Promise<Handled>;
  /** True while one of them is under way. */
  isBusy(): boolean;
  /** Ends what waits for its client; resolves when all of it has been written down. */
  close(): Promise<void>;
}

interface Trip {
  readonly abort: AbortController;
  readonly binding: () => string;
  /** The request of the client's that waits for an answer now. */
  leg: Leg | undefined;
  answer: ((handled: Handled | Promise<Handled>) => void) | undefined;
  /** Whoever waits for the client's next leg. */
  next: { resolve(responses: string | undefined): void; reject(error: PreloopError): void } | undefined;
  /** How the journey ends, from its start. */
  ended: Promise<Handled>;
  hasEnded: boolean;
}

const PER_LEG = ["_meta", "inputResponses", "requestState"] as const;

export interface RoundsOptions extends RoundStateOptions {
  readonly carrying: Carrying;
  readonly serverRequests: ServerRequests;
}

/** No trip under way yet. */
export function createRounds(options: RoundsOptions): Rounds {
  const states = createRoundStates<Trip>(options);
  const onTheWay = new Set<Promise<unknown>>();

  function start(leg: Leg, journey: (line: Line) => Promise<Handled>): Promise<Handled> {
    const trip: Trip = {
      abort: new AbortController(),
      binding: () => bindingOf(leg),
      leg: undefined,
      answer: undefined,
      next: undefined,
      ended: undefined as unknown as Promise<Handled>,
      hasEnded: false,
    };
    const answered = board(trip, leg);
    trip.ended = journey(lineOf(trip, leg.client, { ...options, suspend }));
    onTheWay.add(trip.ended);
    const end = () => {
      onTheWay.delete(trip.ended);
      trip.hasEnded = true;
      trip.answer?.(trip.ended);
    };
    trip.ended.then(end, end);
    return answered;
  }

  function resume(leg: Leg, state: unknown): Promise<Handled> {
    const trip = states.take(typeof state === "string" ? state : "", bindingOf(leg));
    const answered = trip.hasEnded ? trip.ended : board(trip, leg);
    trip.next?.resolve(members(leg.raw).get("inputResponses"));
    return answered;
  }

  /** Answers the leg under way with what is wanted, and waits for the next one. */
  function suspend(trip: Trip, result: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const { answer } = trip;
      if (trip.abort.signal.aborted || !answer) return reject(gone());
      const state = states.hold(trip, trip.binding(), () => abandon(trip));
      trip.next = { resolve, reject };
      trip.leg = undefined;
      trip.answer = undefined;
      answer({ reply: { kind: "result", text: withMember(result, "requestState", JSON.stringify(state)) } });
    });
  }

  return {
    async travel(leg, journey) {
      const state = leg.params.requestState;
      return state === undefined ? start(leg, journey) : resume(leg, state);
    },
    isBusy: () => onTheWay.size > 0,
    async close() {
      for (const trip of states.close()) abandon(trip);
      await Promise.allSettled(onTheWay);
    },
  };
}

/** From here on the trip's client is this leg: it gets the answer, and its giving up ends the journey. */
function board(trip: Trip, leg: Leg): Promise<Handled> {
  trip.leg = leg;
  const onAbort = () => abandon(trip);
  leg.signal.addEventListener("abort", onAbort, { once: true });
  return new Promise<Handled>((resolve) => {
    trip.answer = resolve;
  }).finally(() => leg.signal.removeEventListener("abort", onAbort));
}

function abandon(trip: Trip): void {
  trip.abort.abort();
  trip.next?.reject(gone());
}

interface LineParts {
  readonly suspend: (trip: Trip, result: string) => Promise<string | undefined>;
  readonly carrying: Carrying;
  readonly serverRequests: ServerRequests;
}

function lineOf(trip: Trip, client: ClientFace, { suspend, carrying, serverRequests }: LineParts): Line {
  let rounds = 0;
  // One question at a time: the next can be put only when the client is back from the one before.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (result: string) => {
    const mine = turn.then(() => suspend(trip, result));
    turn = mine.catch(() => {});
    return mine;
  };
  const line: Line = {
    client,
    signal: trip.abort.signal,
    carry: (upstream) => carrying.board(upstream, line),
    get progressToken() {
      return trip.leg?.progressToken;
    },
    tellProgress(params) {
      const { leg } = trip;
      if (leg?.progressToken !== undefined)
        leg.tellProgress(withMember(params, "progressToken", leg.progressToken));
    },
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => line.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    async put(result) {
      if (++rounds > MAX_ROUNDS) throw tooManyRounds();
      return inTurn(result);
    },
    pause: async () => void (await inTurn(inputRequired())),
  };
  return line;
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
