import { type Log, messageOf } from "#base";
import { MAX_FRAME_BYTES } from "#protocol";
import type { Outgoing, Transport, TransportEvents } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import type { Credentials } from "../types.ts";
import { keepGetStream } from "./get-stream.ts";
import { HttpRequestError } from "./http-client.ts";
import { postRequest } from "./post-request.ts";
import { createWire, type Wire } from "./wire.ts";
import type { WireContext } from "./wire-context.ts";

/** A server's address and what is sent along with every request. */
export interface HttpTransportOptions {
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials?: Credentials | undefined;
  readonly maxFrameBytes?: number | undefined;
  readonly log: Log;
  /** First pause before a stream that broke is opened again; it grows while that fails. */
  readonly retryMs: number;
  /** The address turned out to speak HTTP+SSE. */
  readonly onOldSse?: () => void;
}

const NOTICE_MS = 10_000;
const LEAVE_MS = 1_000;

/** Speaks StreamableHTTP, in the manner of whichever era the handshake settles on. */
export function connectHttp(options: HttpTransportOptions, events: TransportEvents): Transport {
  const { name, retryMs, onOldSse = () => {} } = options;
  const wire = createWire(options);
  const listening = new AbortController();
  let over = false;
  const end = (failure: Failure) => {
    if (over) return;
    over = true;
    listening.abort();
    events.onEnd(failure);
  };
  const maxBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
  const context: WireContext = { name, wire, events, maxBytes, retryMs, end, onOldSse };
  const notices = createNotices(wire, options);
  const requests = createRequests(context, notices);
  return {
    send(frame, about) {
      if (over) return;
      if (about.id === undefined) notices.send(frame, about);
      else void requests.send(frame, { ...about, id: about.id });
    },
    drop(id) {
      requests.abort(id);
      return wire.era === "modern";
    },
    opened(era, protocolVersion) {
      wire.era = era;
      wire.version = protocolVersion;
      // The stream comes after the notice that the handshake is done, which is sent right after this.
      if (era === "legacy")
        setImmediate(() => void notices.sent().then(() => keepGetStream(context, listening.signal)));
    },
    async close() {
      over = true;
      listening.abort();
      requests.abortAll();
      await wire.leave(AbortSignal.timeout(LEAVE_MS)).catch(() => {});
      wire.close();
    },
  };
}

/** The notifications and answers of ours, sent one after the other. */
interface Notices {
  send(frame: string, about: Outgoing): void;
  /** True while some are on their way. */
  readonly isSending: boolean;
  /** Resolves when all so far have arrived, or are lost. */
  sent(): Promise<void>;
}

function createNotices(wire: Wire, { name, log }: HttpTransportOptions): Notices {
  let notices: Promise<void> | undefined;
  const sent = () => notices ?? Promise.resolve();
  const post = async (frame: string, about: Outgoing) => {
    try {
      const response = await wire.post(frame, about, AbortSignal.timeout(NOTICE_MS));
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode > 299) log.debug("the server refused a message", { server: name, status: statusCode });
    } catch (error) {
      log.debug("a message did not reach the server", { server: name, reason: messageOf(error) });
    }
  };
  return {
    get isSending() {
      return notices !== undefined;
    },
    sent,
    send(frame, about) {
      const mine = sent().then(() => post(frame, about));
      notices = mine;
      void mine.then(() => {
        if (notices === mine) notices = undefined;
      });
    },
  };
}

function createRequests(context: WireContext, notices: Notices) {
  const { wire, events, end } = context;
  const pending = new Map<number, AbortController>();
  return {
    abort: (id: number) => pending.get(id)?.abort(),
    abortAll(): void {
      for (const abort of pending.values()) abort.abort();
    },
    async send(frame: string, about: Outgoing & { readonly id: number }): Promise<void> {
      const abort = new AbortController();
      pending.set(about.id, abort);
      try {
        // What was told before the request has to be known there before it.
        if (notices.isSending) await notices.sent();
        await postRequest(context, frame, about, abort);
        events.onLost(about.id, { reason: "ended its answer before it was complete", sent: true });
      } catch (error) {
        if (abort.signal.aborted) return;
        const sent = !(error instanceof HttpRequestError) || error.sent;
        events.onLost(about.id, { reason: messageOf(error), sent });
        if (!sent && wire.era !== undefined) end({ reason: messageOf(error) });
      } finally {
        pending.delete(about.id);
      }
    },
  };
}
