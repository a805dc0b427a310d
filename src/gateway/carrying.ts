import { setTimeout as sleep } from "node:timers/promises";
import { PreloopError } from "#base";
import { members, type RawReply } from "#jsonrpc";
import type { Upstream } from "#upstreams";
import { inputRequired } from "./input.ts";
import { canAnswer, type Line } from "./line.ts";
import type { Question } from "./reverse.ts";

/**
 * The requests of legacy servers on their way to a modern client, which nobody may ask outright: they travel in the
 * answers to the client's own requests, and their answers in its retries.
 */
export interface Carrying {
  /** A request of the client's is under way at the server and can carry questions; call the result when it is over. */
  board(upstream: Upstream, line: Line): () => void;
  /** @throws method_unknown for what the client cannot answer, request_cancelled */
  ask(question: Question): Promise<RawReply>;
  close(): void;
}

interface Waiting extends Question {
  readonly key: string;
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: PreloopError) => void;
}

interface Ride {
  readonly upstream: Upstream;
  readonly line: Line;
  isAsking: boolean;
}

/** A server that asks one thing often asks the next at once. */
const GATHER_MS = 10;
/** How long a question waits for a request that can carry it. */
const HOLD_MS = 60_000;

export function createCarrying(): Carrying {
  const rides: Ride[] = [];
  // By name: a server that was started anew is another object, and still the same server.
  const waiting = new Map<string, Waiting[]>();
  let lastKey = 0;

  const queueOf = ({ name }: Upstream) => {
    const queue = waiting.get(name) ?? [];
    waiting.set(name, queue);
    return queue;
  };

  function load(upstream: Upstream): void {
    // Most questions belong to the request that came last; a client that is being asked already is asked again later.
    const ride = rides.findLast((one) => one.upstream.name === upstream.name && !one.isAsking);
    if (!ride || !waiting.get(upstream.name)?.length) return;
    ride.isAsking = true;
    void askAlong(ride).finally(() => {
      ride.isAsking = false;
      if (rides.includes(ride)) load(upstream);
    });
  }

  async function askAlong({ upstream, line }: Ride): Promise<void> {
    await sleep(GATHER_MS);
    const asked = queueOf(upstream).splice(0);
    const [able, unable] = [asked.filter(isFor(line)), asked.filter((one) => !isFor(line)(one))];
    for (const one of unable) one.reject(notOffered(one.method));
    if (able.length === 0) return;
    try {
      const responses = await line.put(inputRequired(requestsText(able)), upstream);
      const answers = responses?.startsWith("{") ? members(responses) : new Map<string, string>();
      for (const one of able) {
        const text = answers.get(one.key);
        if (text?.startsWith("{")) one.resolve({ kind: "result", text });
        else if (!one.signal.aborted) queueOf(upstream).push(one);
      }
    } catch (error) {
      for (const one of able) one.reject(error as PreloopError);
    }
  }

  function drop(one: Waiting, error: PreloopError): void {
    const queue = queueOf(one.upstream);
    const at = queue.indexOf(one);
    if (at >= 0) queue.splice(at, 1);
    one.reject(error);
  }

  return {
    board(upstream, line) {
      const ride: Ride = { upstream, line, isAsking: false };
      rides.push(ride);
      load(upstream);
      return () => void rides.splice(rides.indexOf(ride), 1);
    },
    ask(question) {
      return new Promise((resolve, reject) => {
        if (question.signal.aborted) return reject(withdrawn());
        const one: Waiting = { ...question, key: `q${++lastKey}`, resolve, reject };
        queueOf(question.upstream).push(one);
        const late = setTimeout(() => {
          if (queueOf(one.upstream).includes(one)) drop(one, nothingCarries(one.method));
        }, HOLD_MS);
        const onAbort = () => drop(one, withdrawn());
        question.signal.addEventListener("abort", onAbort, { once: true });
        load(question.upstream);
        late.unref();
      });
    },
    close() {
      for (const queue of waiting.values())
        for (const one of queue.splice(0))
          one.reject(new PreloopError("request_cancelled", "the client left"));
    },
  };
}

function isFor(line: Line): (one: Waiting) => boolean {
  return (one) => canAnswer(line.client, one.method);
}

function requestsText(asked: readonly Waiting[]): string {
  const entries = asked.map(({ key, method, params }) => {
    const text = params === undefined ? "" : `,"params":${params}`;
    return `"${key}":{"method":${JSON.stringify(method)}${text}}`;
  });
  return `{${entries.join(",")}}`;
}

function notOffered(method: string): PreloopError {
  return new PreloopError("method_unknown", `The client does not offer ${method}`);
}

function nothingCarries(method: string): PreloopError {
  return new PreloopError(
    "method_unknown",
    `${method} can reach this client only while a request of its own is under way`,
  );
}

function withdrawn(): PreloopError {
  return new PreloopError("request_cancelled", "the server withdrew its request");
}
