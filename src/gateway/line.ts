import { setTimeout as sleep } from "node:timers/promises";
import { abortSignalOf, type CancelSignal, PreloopError } from "#base";
import { members, withMember } from "#jsonrpc";
import type { ClientFace, Upstream, UpstreamReply } from "#upstreams";
import { inputRequestsOf } from "./input.ts";
import type { Question, Reverse } from "./reverse.ts";
import type { ServerRequests } from "./server-requests/server-requests.ts";

/** The way back to the client while one of its requests is under way, however many legs that takes. */
export interface Line {
  readonly client: ClientFace;
  /** Aborts when the client gives up. */
  readonly signal: CancelSignal;
  /** The client's progress token, as JSON text, when it gave one. */
  readonly progressToken: string | undefined;
  /** Progress for the client under its own token; dropped when it gave none. */
  tellProgress(params: string): void;
  /**
   * Puts a server's `input_required` result to the client, as far as it may. Resolves with the text of its
   * `inputResponses`; undefined when the client brings none. @throws input_failed, session_frozen, request_cancelled
   */
  ask(result: string, from: Upstream): Promise<string | undefined>;
  /** The same for a result that was let through already. */
  put(result: string, from: Upstream): Promise<string | undefined>;
  /** A server's error -32042 as the client may have it. @throws input_failed */
  links(reply: UpstreamReply, from: Upstream): Promise<UpstreamReply>;
  /** Lets a client that cannot wait longer hear something, and resolves when it is back; undefined where nothing can. */
  readonly pause: (() => Promise<void>) | undefined;
  /** From now on the server's own requests may travel on this line; returns what ends that. */
  carry(upstream: Upstream): () => void;
  /** Set where the call may go on as a task, while nobody waits on its request. */
  readonly task?: TaskSide;
}

/** What a call tells its task of its journey. */
export interface TaskSide {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly isWanted: boolean;
  /** A person is asked. */
  waiting(approval: string): void;
  /** The call has left for its server. */
  sent(): void;
  /** The server has made a task of it; `wake` hears when it has news. Returns what ends that. */
  follows(server: string, id: string, wake: () => void): () => void;
  /** How the server's task stands. */
  turned(status: "working" | "input_required", message?: string): void;
}

/** What a line of one leg is made of. */
export interface LineOptions {
  readonly client: ClientFace;
  readonly signal: CancelSignal;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
  /** The way of requests to a client of the legacy era. */
  readonly reverse: Reverse;
  readonly serverRequests: ServerRequests;
}

/** How often one request may ask its client for input before that is taken for a loop. */
export const MAX_ROUNDS = 8;
/** How long a client's person may take for one round. */
export const ROUND_MS = 10 * 60_000;
// What SDK clients of the modern era wait before they repeat a request that asked them nothing.
const STATE_ONLY_MS = 250;

const NOTHING_TO_END = () => {};

const NEEDS: Readonly<Record<string, string>> = {
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
  "roots/list": "roots",
};

/** True for requests that a server may make of this client. */
export function canAnswer(client: ClientFace, method: string): boolean {
  const capability = NEEDS[method];
  return capability !== undefined && client.capabilities[capability] !== undefined;
}

/** The line of a legacy client: what a server wants becomes requests to the client, answered while its own waits. */
export function createLine(options: LineOptions): Line {
  const { client, signal, progressToken, reverse, serverRequests } = options;
  let rounds = 0;

  async function putOne(key: string, question: Question) {
    const { method } = question;
    if (!canAnswer(client, method))
      throw new PreloopError(
        "input_failed",
        `The server needs ${method} of the client, and this client does not offer it. Nothing more was done.`,
      );
    const reply = await reverse.ask(question).catch((error) => {
      // A caller that gave up hears nothing; one whose person took too long must.
      throw signal.aborted ? error : new PreloopError("input_failed", `Nobody answered ${method} in time.`);
    });
    if (reply.kind === "result") return [key, reply.text] as const;
    const { message } = JSON.parse(reply.text) as { message?: unknown };
    throw new PreloopError("input_failed", `The client did not answer ${method}: ${String(message)}`);
  }

  const line: Line = {
    client,
    signal,
    progressToken,
    pause: undefined,
    tellProgress(params) {
      if (progressToken !== undefined)
        options.tellProgress(withMember(params, "progressToken", progressToken));
    },
    // Such a client is asked beside its own request.
    carry: () => NOTHING_TO_END,
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => line.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    async put(result, upstream) {
      // Nobody asks such a client outright, and this request of its has no rounds.
      if (client.era === "modern")
        throw new PreloopError(
          "input_failed",
          `${upstream.name} wanted input where the protocol has no way for it.`,
        );
      if (++rounds > MAX_ROUNDS) throw tooManyRounds();
      const wanted = inputRequestsOf(result);
      if (wanted.size === 0) {
        await sleep(STATE_ONLY_MS, undefined, { signal: abortSignalOf(signal) }).catch(() => {
          throw new PreloopError("request_cancelled", "the caller cancelled the request");
        });
        return undefined;
      }
      // One question that fails takes the others back: their answers would be of no use.
      const failing = new AbortController();
      const limit = AbortSignal.any([abortSignalOf(signal), failing.signal, AbortSignal.timeout(ROUND_MS)]);
      try {
        const answers = await Promise.all(
          [...wanted].map(([key, raw]) => {
            const entry = members(raw);
            const method = JSON.parse(entry.get("method") ?? '""') as string;
            return putOne(key, { upstream, method, params: entry.get("params"), signal: limit });
          }),
        );
        return `{${answers.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
      } finally {
        failing.abort();
      }
    },
  };
  return line;
}

/** The end of a request that wants input again and again. */
export function tooManyRounds(): PreloopError {
  return new PreloopError("input_failed", `The server still wanted input after ${MAX_ROUNDS} rounds.`);
}
