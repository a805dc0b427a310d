import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { composeReply, readFrame } from "#protocol";
import type { Outgoing } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import { readBodyText, readEvents } from "./body.ts";
import { speaksOldSse } from "./old-sse.ts";
import { readRefusal } from "./refusal.ts";
import { isEventStream, type Wire } from "./wire.ts";
import type { WireContext } from "./wire-context.ts";

const RESUMES = 5;
// Servers close a stream once they have answered; one that does not is let go.
const LINGER_MS = 1_000;
const OLD_SSE_MS = 3_000;
const OLD_SSE: Failure = { reason: "speaks HTTP+SSE, not StreamableHTTP", otherTransport: true };

/** Posts a request and passes on all that comes back for it. */
export async function postRequest(
  context: WireContext,
  frame: string,
  about: Outgoing & { readonly id: number },
  abort: AbortController,
): Promise<void> {
  const { wire, events, maxBytes } = context;
  const response = await wire.post(frame, about, abort.signal);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) return refused(context, about, response);
  const listing = wire.era === "modern" && about.method === "tools/list";
  const deliver = (text: string) => {
    if (listing) learn(wire, text);
    events.onFrame(text);
  };
  if (isEventStream(response)) return stream(context, { id: about.id, deliver }, response, abort);
  const text = await readBodyText(response, maxBytes);
  if (text.trim() !== "") deliver(text);
}

function learn(wire: Wire, text: string): void {
  const frame = readFrame(text);
  if (!Array.isArray(frame) && frame.kind === "result") wire.mirrors.learn(frame.result);
}

async function refused(
  context: WireContext,
  about: Outgoing & { readonly id: number },
  response: IncomingMessage,
): Promise<void> {
  const { wire, events, end } = context;
  const inSession = wire.session !== undefined && about.method !== "initialize";
  const refusal = await readRefusal(response, wire, inSession);
  if (refusal.kind === "answer")
    return events.onFrame(composeReply(about.id, { kind: "error", text: refusal.error }));
  const opening = about.method === "initialize" && [400, 404, 405].includes(response.statusCode ?? 0);
  const old = opening && (await speaksOldSse(context, OLD_SSE_MS));
  if (old) context.onOldSse();
  events.onLost(about.id, old ? { ...OLD_SSE, sent: false } : refusal.failure);
  if (refusal.failure.sessionGone) end(refusal.failure);
}

// A stream of the legacy era may break off on purpose and be picked up again where it stopped.
async function stream(
  context: WireContext,
  { id, deliver }: { readonly id: number; readonly deliver: (text: string) => void },
  first: IncomingMessage,
  abort: AbortController,
): Promise<void> {
  const { wire, events, maxBytes } = context;
  let lastId: string | undefined;
  let pause = context.retryMs;
  let response = first;
  const handlers = {
    maxBytes,
    onMessage(data: string) {
      deliver(data);
      if (!events.waits(id)) setTimeout(() => abort.abort(), LINGER_MS).unref();
    },
    onId(value: string) {
      lastId = value;
    },
    onRetry(ms: number) {
      pause = Math.min(ms, 60_000);
    },
  };
  for (let resumes = 0; ; resumes++) {
    const seen = lastId;
    const broken = await readEvents(response, handlers).catch((error: Error) => error);
    if (!events.waits(id)) return;
    const resumable = lastId !== undefined && wire.era !== "modern";
    if (!resumable || resumes === RESUMES)
      throw broken ?? new Error("ended its answer before it was complete");
    if (seen !== lastId) resumes = 0;
    await sleep(pause, undefined, { signal: abort.signal });
    response = await wire.get(lastId, abort.signal);
    if (response.statusCode !== 200 || !isEventStream(response)) {
      response.resume();
      throw broken ?? new Error("ended its answer before it was complete");
    }
  }
}
