import { type Log, messageOf } from "#base";
import { MAX_FRAME_BYTES } from "#protocol";
import type { Outgoing, Transport, TransportEvents } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import type { Credentials } from "../types.ts";
import { keepGetStream } from "./get-stream.ts";
import { HttpRequestError } from "./http-client.ts";
import { postRequest } from "./post-request.ts";
import { createWire } from "./wire.ts";
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
  const { name, log, retryMs, onOldSse = () => {} } = options;
  const wire = createWire(options);
  const listening = new AbortController();
  const pending = new Map<number, AbortController>();
  let notices: Promise<void> | undefined;
  let over = false;

  const end = (failure: Failure) => {
    if (over) return;
    over = true;
    listening.abort();
    events.onEnd(failure);
  };
  const maxBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
  const context: WireContext = { name, wire, events, maxBytes, retryMs, end, onOldSse };

  const whenTold = () => notices ?? Promise.resolve();
  const ask = async (frame: string, about: Outgoing & { readonly id: number }) => {
    const abort = new AbortController();
    pending.set(about.id, abort);
    try {
      // What was told before the request has to be known there before it.
      if (notices) await whenTold();
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
  };
  const notice = async (frame: string, about: Outgoing) => {
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
    send(frame, about) {
      if (over) return;
      if (about.id !== undefined) return void ask(frame, { ...about, id: about.id });
      const sent = whenTold().then(() => notice(frame, about));
      notices = sent;
      void sent.then(() => {
        if (notices === sent) notices = undefined;
      });
    },
    drop(id) {
      pending.get(id)?.abort();
      return wire.era === "modern";
    },
    opened(era, protocolVersion) {
      wire.era = era;
      wire.version = protocolVersion;
      // The stream comes after the notice that the handshake is done, which is sent right after this.
      if (era === "legacy")
        setImmediate(() => void whenTold().then(() => keepGetStream(context, listening.signal)));
    },
    async close() {
      over = true;
      listening.abort();
      for (const abort of pending.values()) abort.abort();
      await wire.leave(AbortSignal.timeout(LEAVE_MS)).catch(() => {});
      wire.close();
    },
  };
}
