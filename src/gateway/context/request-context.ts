import { setTimeout as sleep } from "node:timers/promises";
import { abortSignalOf, type CancelSignal, PreloopError } from "#base";
import { members, withMember } from "#protocol";
import type { ClientProfile, Upstream, UpstreamReply } from "#upstreams";
import type { DirectRequests, ServerRequest } from "../server-requests/direct.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import { inputRequestsOf } from "./input.ts";

/** A client's request under way, and the way back to the client, however many legs that takes. */
export interface RequestContext {
  readonly client: ClientProfile;
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
  /** Answers a client that cannot wait longer, and resolves when it is back; undefined where nothing can. */
  readonly roundTrip: (() => Promise<void>) | undefined;
  /** Makes this request a carrier of the server's own requests; returns what ends that. */
  attach(upstream: Upstream): () => void;
  /** Set where the call may go on as a task, while nobody waits on its request. */
  readonly task?: TaskHandle;
}

/** The handle by which a running call tells its task how it goes. */
export interface TaskHandle {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly wantsUpstreamTask: boolean;
  /** A person is asked. */
  awaitingApproval(approval: string): void;
  /** The call has left for its server. */
  sent(): void;
  /** The server has made a task of it; `wake` is called when the server tells of it. Returns what ends that. */
  follow(server: string, id: string, wake: () => void): () => void;
  /** How the server's task stands. */
  setStatus(status: "working" | "input_required", message?: string): void;
}

/** The parts of a context of one leg. */
export interface RequestContextOptions {
  readonly client: ClientProfile;
  readonly signal: CancelSignal;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
  /** For a client of the legacy era. */
  readonly directRequests: DirectRequests;
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
export function canAnswer(client: ClientProfile, method: string): boolean {
  const capability = NEEDS[method];
  return capability !== undefined && client.capabilities[capability] !== undefined;
}

/** The context of a legacy client's request: what a server wants becomes requests to the client, answered while its own waits. */
export function createRequestContext(options: RequestContextOptions): RequestContext {
  const { client, signal, progressToken, directRequests, serverRequests } = options;
  let rounds = 0;

  async function putOne(key: string, question: ServerRequest) {
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
    if (reply.kind === "result") return [key, reply.text] as const;
    const { message } = JSON.parse(reply.text) as { message?: unknown };
    throw new PreloopError("input_failed", `The client did not answer ${method}: ${String(message)}`);
  }

  const context: RequestContext = {
    client,
    signal,
    progressToken,
    roundTrip: undefined,
    tellProgress(params) {
      if (progressToken !== undefined)
        options.tellProgress(withMember(params, "progressToken", progressToken));
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
  return context;
}

/** The end of a request that wants input again and again. */
export function tooManyRounds(): PreloopError {
  return new PreloopError("input_failed", `The server still wanted input after ${MAX_ROUNDS} rounds.`);
}
