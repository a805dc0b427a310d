import { setTimeout as sleep } from "node:timers/promises";
import { PreloopError } from "#base";
import { members, type RawReply } from "#protocol";
import type { Upstream } from "#upstreams";
import { inputRequired } from "../context/input.ts";
import type { RequestContext } from "../context/request-context.ts";
import { canAnswer } from "../context/round-trip-limits.ts";
import type { ServerRequest } from "./direct.ts";

/**
 * The requests of legacy servers on their way to a modern client, which nobody may ask outright: they go in the
 * answers to the client's own requests, and their answers come in its retries.
 */
export interface PiggybackRequests {
  /** A request of the client's is under way at the server and can carry questions; call the result when it is over. */
  attach(upstream: Upstream, context: RequestContext): () => void;
  /** @throws method_unknown for what the client cannot answer, request_cancelled */
  ask(question: ServerRequest): Promise<RawReply>;
  close(): void;
}

interface Waiting extends ServerRequest {
  readonly key: string;
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: PreloopError) => void;
}

interface Carrier {
  readonly upstream: Upstream;
  readonly context: RequestContext;
  isAsking: boolean;
}

/** A server that asks one thing often asks the next at once. */
const GATHER_MS = 10;
/** How long a question waits for a request that can carry it. */
const HOLD_MS = 60_000;

/** No question waiting. */
export function createPiggybackRequests(): PiggybackRequests {
  const carriers: Carrier[] = [];
  const queues = createQueues();
  let lastKey = 0;

  function sendWaiting(upstream: Upstream): void {
    // Most questions belong to the request that came last; a client that is being asked already is asked again later.
    const carrier = carriers.findLast((one) => one.upstream.name === upstream.name && !one.isAsking);
    if (!carrier || queues.of(upstream).length === 0) return;
    carrier.isAsking = true;
    void askThrough(carrier, queues).finally(() => {
      carrier.isAsking = false;
      if (carriers.includes(carrier)) sendWaiting(upstream);
    });
  }

  return {
    attach(upstream, context) {
      const carrier: Carrier = { upstream, context, isAsking: false };
      carriers.push(carrier);
      sendWaiting(upstream);
      return () => void carriers.splice(carriers.indexOf(carrier), 1);
    },
    ask(question) {
      return new Promise((resolve, reject) => {
        if (question.signal.aborted) return reject(withdrawn());
        const one: Waiting = { ...question, key: `q${++lastKey}`, resolve, reject };
        queues.of(question.upstream).push(one);
        const late = setTimeout(() => {
          if (queues.of(one.upstream).includes(one)) queues.drop(one, nothingCarries(one.method));
        }, HOLD_MS);
        const onAbort = () => queues.drop(one, withdrawn());
        question.signal.addEventListener("abort", onAbort, { once: true });
        sendWaiting(question.upstream);
        late.unref();
      });
    },
    close() {
      for (const one of queues.takeAll())
        one.reject(new PreloopError("request_cancelled", "the client left"));
    },
  };
}

/** The questions that wait, by the servers that ask. */
interface Queues {
  of(upstream: Upstream): Waiting[];
  drop(one: Waiting, error: PreloopError): void;
  takeAll(): readonly Waiting[];
}

function createQueues(): Queues {
  // By name: a server that was started anew is another object, and still the same server.
  const waiting = new Map<string, Waiting[]>();
  const queues: Queues = {
    of({ name }) {
      const queue = waiting.get(name) ?? [];
      waiting.set(name, queue);
      return queue;
    },
    drop(one, error) {
      const queue = queues.of(one.upstream);
      const at = queue.indexOf(one);
      if (at >= 0) queue.splice(at, 1);
      one.reject(error);
    },
    takeAll: () => [...waiting.values()].flatMap((queue) => queue.splice(0)),
  };
  return queues;
}

async function askThrough({ upstream, context }: Carrier, queues: Queues): Promise<void> {
  await sleep(GATHER_MS);
  const asked = queues.of(upstream).splice(0);
  const [able, unable] = [asked.filter(isFor(context)), asked.filter((one) => !isFor(context)(one))];
  for (const one of unable) one.reject(notOffered(one.method));
  if (able.length === 0) return;
  try {
    const responses = await context.put(inputRequired(requestsText(able)), upstream);
    const answers = responses?.startsWith("{") ? members(responses) : new Map<string, string>();
    for (const one of able) {
      const text = answers.get(one.key);
      if (text?.startsWith("{")) one.resolve({ kind: "result", text });
      else if (!one.signal.aborted) queues.of(upstream).push(one);
    }
  } catch (error) {
    for (const one of able) one.reject(error as PreloopError);
  }
}

function isFor(context: RequestContext): (one: Waiting) => boolean {
  return (one) => canAnswer(context.client, one.method);
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
