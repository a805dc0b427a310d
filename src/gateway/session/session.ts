import { type JsonObject, messageOf, type PreloopError } from "#base";
import type { Pinnable } from "#pins";
import { composeError, composeReply, type Frame, type RpcId, readFrame } from "#protocol";
import type { ClientProfile } from "#upstreams";
import { replyToError } from "../call/reply.ts";
import { takeNotification } from "./client-notifications.ts";
import { dispatch } from "./dispatch.ts";
import { createRequestsInFlight, type RequestsInFlight } from "./requests-in-flight.ts";
import { createSessionParts, type SessionOptions, type SessionParts } from "./session-parts.ts";

/** One client's conversation with everything behind preloop. */
export interface Session {
  /** One frame from the client. Never throws: whatever goes wrong is answered. */
  receive(text: string): void;
  /** A tool as its server lists it, if this client may see it; a request's headers can repeat its arguments. */
  toolFor(client: ClientProfile, name: string): Promise<JsonObject | undefined>;
  /** Answers a frame that could not be read at all, and writes that down: it may have been a call. */
  refuse(id: RpcId | null, error: PreloopError): void;
  /** Announces that the list of tools, or of what else is said, may have changed: a new policy, say. */
  toolsChanged(kind?: Pinnable["kind"]): void;
  /** Takes in no more of the servers until resumed: the client does not keep up. */
  pause(): void;
  resume(): void;
  /** True while requests or calls go on, whether or not somebody waits for them. */
  isBusy(): boolean;
  /** The client is gone: what it waits for is cancelled, servers are closed. */
  close(): Promise<void>;
}

/** A session over any transport; frames are handled in the order they come, and answered when they are done. */
export function createSession(options: SessionOptions): Session {
  const parts = createSessionParts(options);
  const { identity, catalog, notifications, upstreams, tasks, roundTrips } = parts;
  const onRefused = (error: PreloopError) => noteRefused(error, parts, options);
  const requests = createRequestsInFlight({
    dispatch: (received) => dispatch(received, parts),
    send: options.send,
    era: () => identity.profile()?.era,
    levels: parts.levels,
    onRefused,
    log: options.log,
  });
  let isClosed = false;
  const handle = (frame: Frame) => handleFrame(frame, requests, parts, options);
  return {
    receive(text) {
      if (isClosed) return;
      const frame = readFrame(text);
      if (Array.isArray(frame)) for (const one of frame) handle(one);
      else handle(frame);
    },
    async toolFor(profile, name) {
      const { policy } = identity.accept(profile);
      const offer = await catalog.tool(name);
      return offer && policy().isVisible(offer.server, offer.original) ? offer.definition : undefined;
    },
    refuse(id, error) {
      options.send(composeReply(id, replyToError(error)));
      onRefused(error);
    },
    toolsChanged(kind = "tool") {
      // Instructions are given once, by `initialize`; nothing announces new ones.
      if (kind !== "instructions") notifications.listChanged(`${kind}s`);
    },
    pause() {
      for (const upstream of upstreams) upstream.pause?.();
    },
    resume() {
      for (const upstream of upstreams) upstream.resume?.();
    },
    isBusy: () => requests.size > 0 || tasks.isBusy() || roundTrips.isBusy(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await closeSession(requests, parts);
    },
  };
}

function handleFrame(
  frame: Frame,
  requests: RequestsInFlight,
  parts: SessionParts,
  { send, log }: SessionOptions,
): void {
  switch (frame.kind) {
    case "request":
      void requests.answer(frame);
      return;
    case "notification":
      takeNotification(frame, { ...parts, requests, log });
      return;
    case "result":
    case "error":
      if (!parts.directRequests.answer(frame)) log.debug("ignored an answer that nobody waits for");
      return;
    case "malformed":
      send(composeError(frame.id, { code: frame.code, message: frame.message }));
  }
}

async function closeSession(requests: RequestsInFlight, parts: SessionParts): Promise<void> {
  requests.cancelAll();
  parts.directRequests.close();
  parts.piggybackRequests.close();
  parts.notifications.close();
  await Promise.all([parts.roundTrips.close(), parts.tasks.close()]);
  // First the calls end, each with its record; then nobody needs the servers any more.
  await requests.ended();
  await Promise.all(parts.upstreams.map((upstream) => upstream.close()));
  parts.serverRequests.close();
}

function noteRefused(error: PreloopError, { identity }: SessionParts, { ref, log }: SessionOptions): void {
  const { user, id: session } = ref();
  try {
    identity.services()?.audit.event("frame_refused", user, { session, reason: error.message });
  } catch (unwritten) {
    log.error(messageOf(unwritten));
  }
}
