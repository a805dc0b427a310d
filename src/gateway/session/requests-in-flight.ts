import {
  type Canceller,
  createCanceller,
  createInFlight,
  isPreloopError,
  type Log,
  PreloopError,
} from "#base";
import { composeNotification, composeReply, type RawReply, type RpcId } from "#protocol";
import type { Era } from "#upstreams";
import { refuseDeep } from "../call/refuse-deep.ts";
import { replyToError } from "../call/reply.ts";
import type { Handled, Received, Request } from "../request.ts";
import { asModernReply } from "./era.ts";
import { createLoad, type LoadReservation, SESSION_LOAD } from "./load.ts";
import type { LogLevels } from "./log-levels.ts";

/** The client's requests that are under way: each is answered once, or not at all when it was cancelled. */
export interface RequestsInFlight {
  readonly size: number;
  /** The story of one request, whatever it asks. Never rejects. */
  answer(request: Request): Promise<void>;
  cancel(id: RpcId): void;
  /** Cancels all of them. */
  cancelAll(): void;
  /** Resolves when none is left. */
  ended(): Promise<void>;
}

/** The means of answering requests. */
export interface RequestsInFlightOptions {
  readonly dispatch: (received: Received) => Promise<Handled>;
  readonly send: (line: string, about: RpcId) => void;
  /** The era of the client, once it has said who it is. */
  readonly era: () => Era | undefined;
  readonly levels: LogLevels;
  /** Hears of a request that there is no room for. */
  readonly onRefused: (error: PreloopError) => void;
  readonly log: Log;
}

/** No request under way. */
export function createRequestsInFlight(options: RequestsInFlightOptions): RequestsInFlight {
  const inFlight = createInFlight<RpcId, Canceller>();
  const load = createLoad("This session", SESSION_LOAD);
  let onEmpty = () => {};

  async function answer(request: Request): Promise<void> {
    const { id, method } = request;
    if (inFlight.has(id)) return reply(request, replyToError(reused(id)), options);
    let reservation: LoadReservation;
    try {
      reservation = load.enter(request.text.length);
    } catch (error) {
      if (isPreloopError(error)) options.onRefused(error);
      return reply(request, replyToError(error, method), options);
    }
    const caller = createCanceller();
    inFlight.set(id, caller);
    const leave = options.levels.enter(request.params);
    const received: Received = {
      request,
      signal: caller.signal,
      tellProgress: (params) => tellProgress(id, params),
    };
    try {
      await answerEntered(received, options);
    } finally {
      leave();
      inFlight.take(id);
      reservation.leave();
      if (inFlight.size === 0) onEmpty();
    }
  }

  function tellProgress(id: RpcId, params: string): void {
    if (inFlight.has(id)) options.send(composeNotification({ method: "notifications/progress", params }), id);
  }

  return {
    get size() {
      return inFlight.size;
    },
    answer,
    cancel: (id) => inFlight.get(id)?.cancel(),
    cancelAll() {
      for (const caller of inFlight.values()) caller.cancel();
    },
    async ended() {
      if (inFlight.size === 0) return;
      await new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
    },
  };
}

/** From the request to its reply, and what is left to do once the client has it. */
async function answerEntered(received: Received, options: RequestsInFlightOptions): Promise<void> {
  const { request, signal } = received;
  const { method, params } = request;
  const { log } = options;
  try {
    // A call is read strictly where it can be written down as one.
    if (method !== "tools/call") refuseDeep(params);
    const handled = await options.dispatch(received);
    if (signal.aborted) return;
    reply(request, handled.reply, options);
    await handled.delivered?.().catch((error) => log.warn(`delivery is not recorded: ${String(error)}`));
  } catch (error) {
    // A cancelled request is not answered (2025-11-25, basic/utilities/cancellation).
    if (signal.aborted || isPreloopError(error, "request_cancelled")) return;
    if (!isPreloopError(error)) log.error(`${method} failed inside preloop`, { error: String(error) });
    reply(request, replyToError(error, method), options);
  }
}

function reply({ id, method }: Request, raw: RawReply, { era, send }: RequestsInFlightOptions): void {
  send(composeReply(id, era() === "modern" ? asModernReply(method, raw) : raw), id);
}

function reused(id: RpcId): PreloopError {
  return new PreloopError(
    "request_invalid",
    `The id ${JSON.stringify(id)} is already in use by a request in flight`,
  );
}
