import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base";
import { MAX_FRAME_BYTES } from "#protocol";
import type { Outgoing, Transport, TransportEvents } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import { BodyError, readEvents } from "./body.ts";
import { HttpRequestError } from "./http-client.ts";
import { readRefusal } from "./refusal.ts";
import type { HttpTransportOptions } from "./transport.ts";
import { createWire, isEventStream, type Wire } from "./wire.ts";

const ORDER_MS = 1_000;

/** Speaks HTTP+SSE, the transport of 2024-11-05: one stream brings everything, and names where to post. */
export function connectSse(options: HttpTransportOptions, events: TransportEvents): Transport {
  const wire = createWire(options);
  const closing = new AbortController();
  const maxBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
  let over = false;

  const end = (failure: Failure) => {
    if (over) return;
    over = true;
    closing.abort();
    events.onEnd(failure);
  };
  const { endpoint, ended } = openStream(
    { wire, url: options.url, maxBytes, signal: closing.signal },
    events,
  );
  ended.then(end, (error: unknown) => end({ reason: messageOf(error) }));
  // Messages arrive in the order they are sent only if each waits for the one before it; but a server that answers a
  // post when its work is done may need the next one for it.
  let posted: Promise<unknown> = endpoint.catch(() => {});
  const post = async (frame: string, about: Outgoing) => {
    try {
      const response = await wire.post(frame, about, closing.signal);
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode <= 299) return void response.resume();
      const refusal = await readRefusal(response, wire, true);
      const failure =
        refusal.kind === "lost" ? refusal.failure : { reason: `refused it: ${refusal.error}`, sent: false };
      if (about.id !== undefined) events.onLost(about.id, failure);
      if (refusal.kind === "lost" && refusal.failure.sessionGone) end(refusal.failure);
    } catch (error) {
      const sent = !(error instanceof HttpRequestError) || error.sent;
      if (about.id !== undefined) events.onLost(about.id, { reason: messageOf(error), sent });
    }
  };
  return {
    era: "legacy",
    send(frame, about) {
      posted = posted.then(() =>
        over ? undefined : Promise.race([post(frame, about), sleep(ORDER_MS, undefined, { ref: false })]),
      );
    },
    drop: () => false,
    opened() {},
    async close() {
      over = true;
      closing.abort();
      wire.close();
    },
  };
}

interface StreamOptions {
  readonly wire: Wire;
  readonly url: URL;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The stream; `endpoint` resolves when it has said where to post, `ended` when it is over. */
function openStream({ wire, url, maxBytes, signal }: StreamOptions, events: TransportEvents) {
  let found: () => void = () => {};
  const endpoint = new Promise<void>((resolve) => {
    found = resolve;
  });
  const onMessage = (data: string, event: string | undefined) => {
    if (event === "endpoint") {
      wire.endpoint = endpointIn(data, url);
      found();
    } else if (event === undefined || event === "message") events.onFrame(data);
  };
  const read = async (): Promise<Failure> => {
    const response = await wire.get(undefined, signal);
    if (response.statusCode !== 200 || !isEventStream(response)) return refused(response, wire);
    await readEvents(response, { maxBytes, onMessage, onId() {}, onRetry() {} });
    return { reason: "closed its event stream" };
  };
  return { endpoint, ended: read() };
}

// The messages hold calls and credentials that are meant for this server.
function endpointIn(data: string, url: URL): URL {
  const endpoint = URL.canParse(data, url.href) ? new URL(data, url) : undefined;
  if (endpoint?.origin === url.origin) return endpoint;
  throw new BodyError(`names an address for messages that is not its own: ${data.slice(0, 200)}`);
}

async function refused(response: IncomingMessage, wire: Wire): Promise<Failure> {
  const { statusCode = 0 } = response;
  if (statusCode !== 200 && statusCode !== 405) {
    const refusal = await readRefusal(response, wire, false);
    return refusal.kind === "lost" ? refusal.failure : { reason: `refused it: ${refusal.error}` };
  }
  response.resume();
  return {
    reason: `has no event stream at this address; correct mcpServers.${wire.name}.url, or leave out its "type": "sse"`,
  };
}
