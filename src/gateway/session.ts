import { randomBytes } from "node:crypto";
import {
  type Canceller,
  createCanceller,
  createInFlight,
  isPreloopError,
  type JsonObject,
  type Log,
  messageOf,
  PreloopError,
  systemClock,
} from "#base";
import {
  composeError,
  composeNotification,
  composeReply,
  type Frame,
  type RawReply,
  type RpcId,
  readFrame,
} from "#jsonrpc";
import type { SessionRef } from "#model";
import type { Seen } from "#pins";
import type { ClientFace, UpstreamHost } from "#upstreams";
import { createCarrying } from "./carrying.ts";
import { type Behind, createCatalog } from "./catalog.ts";
import { createDispatch, type Handled, type Request } from "./dispatch.ts";
import { asModernReply } from "./era.ts";
import { type Line, ROUND_MS } from "./line.ts";
import { createLoad, SESSION_LOAD, type Stay } from "./load.ts";
import { createLogLevels } from "./log-levels.ts";
import { createNews } from "./news.ts";
import type { Introduction } from "./opening.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { replyToError } from "./reply.ts";
import { createReverse } from "./reverse.ts";
import { createRounds } from "./rounds.ts";
import { createServerRequests } from "./server-requests/server-requests.ts";
import type { Stages } from "./stages.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createTasks } from "./tasks/tasks.ts";
import { createTravel } from "./travel.ts";

/** One client's conversation with everything behind preloop. */
export interface Session {
  /** One frame from the client. Never throws: whatever goes wrong is answered. */
  receive(text: string): void;
  /** A tool as its server lists it, if this client may see it; a request's headers can repeat its arguments. */
  toolFor(client: ClientFace, name: string): Promise<JsonObject | undefined>;
  /** Answers a frame that could not be read at all, and writes that down: it may have been a call. */
  refuse(id: RpcId | null, error: PreloopError): void;
  /** Announces that the list of tools, or of what else is said, may have changed: a new policy, say. */
  toolsChanged(kind?: Seen["kind"]): void;
  /** Hears no more of the servers until let go: the client does not keep up. */
  hold(isHeld: boolean): void;
  /** True while requests or calls go on, whether or not somebody waits for them. */
  isBusy(): boolean;
  /** The client is gone: what it waits for is cancelled, servers are closed. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly ref: () => SessionRef;
  /** Sends one frame to the client; `about` is the request it belongs to, where it belongs to one. */
  readonly send: (line: string, about?: RpcId) => void;
  /** Builds the servers; they start at once and are introduced to the client when it has spoken. */
  readonly open: (host: UpstreamHost) => readonly Behind[];
  /** Called once, when the client has said who it is. */
  readonly onClient: (client: ClientFace) => Stages;
  readonly introduction: Introduction;
  /** Signs the states handed to modern clients; without one they are signed with a key of the session's own. */
  readonly signingKey?: Uint8Array;
  readonly log: Log;
}

/** A session over any transport; frames are handled in the order they come, and answered when they are done. */
export function createSession(options: SessionOptions): Session {
  const { send, log } = options;
  const reverse = createReverse(send);
  const carrying = createCarrying();
  const serverRequests = createServerRequests({ ...options, client: () => client, stages: () => stages });
  const rounds = createRounds({
    key: options.signingKey ?? randomBytes(32),
    clock: systemClock,
    holdMs: ROUND_MS,
    carrying,
    serverRequests,
  });
  const notify = (method: string, params: string) => send(composeNotification({ method, params }));
  const subscriptions = createSubscriptions(send);
  const tasks = createTasks({
    reverse,
    carrying,
    serverRequests,
    notify,
    publish: subscriptions.publish,
    clock: systemClock,
  });
  const levels = createLogLevels();
  const inFlight = createInFlight<RpcId, Canceller>();
  const requestLoad = createLoad("This session", SESSION_LOAD);
  const callLoad = createLoad("This session", SESSION_LOAD);
  let onIdle = () => {};
  let client: ClientFace | undefined;
  let stages: Stages | undefined;
  let meetClient!: (client: ClientFace) => void;
  let closed = false;

  const behind = options.open({
    client: new Promise((resolve) => {
      meetClient = resolve;
    }),
    onRequest: (upstream, method, params, signal) =>
      serverRequests.ask({ upstream, method, params, signal }, (question) =>
        tasks.asked(question, client?.era === "modern" ? carrying.ask : reverse.ask),
      ),
    onNotification(upstream, method, params) {
      if (!tasks.heard(upstream, method, params)) news.heard(upstream, method, params);
    },
    onState: (upstream, state) => news.turned(upstream, state),
  });
  const upstreams = behind.map(({ upstream }) => upstream);
  const catalog = createCatalog({ behind, onLate: (listing) => news.changed(listing), log });
  const news = createNews({
    catalog,
    subscriptions,
    send,
    log,
    levels,
    era: () => client?.era,
    knowsLink: serverRequests.knowsLink,
  });
  const dispatch = createDispatch({
    ...options,
    upstreams,
    catalog,
    news,
    subscriptions,
    introduce,
    stages: () => stages,
    client: () => client,
    tasks: { ...tasks, run: (request, line, journey) => tasks.run(request, line, bounded(request, journey)) },
    bounded,
    travel: createTravel({ reverse, rounds, serverRequests, tellProgress }),
  });

  function introduce(face: ClientFace): Stages {
    // A client may probe for the modern era and then settle on the other: the opening it chose last counts.
    client = face;
    stages ??= options.onClient(face);
    meetClient(face);
    return stages;
  }

  /** The story of one request, whatever it asks. */
  async function answer(request: Request): Promise<void> {
    if (inFlight.has(request.id)) return reply(request, replyToError(reused(request.id)));
    let stay: Stay;
    try {
      stay = requestLoad.enter(request.text.length);
    } catch (error) {
      if (isPreloopError(error)) noteRefused(error);
      return reply(request, replyToError(error, request.method));
    }
    const caller = createCanceller();
    inFlight.set(request.id, caller);
    const leave = levels.enter(request.params);
    try {
      // A call is read strictly where it can be written down as one.
      if (request.method !== "tools/call") refuseDeep(request.params);
      const handled = await dispatch(request, caller.signal);
      if (caller.signal.aborted) return;
      reply(request, handled.reply);
      await handled.delivered?.().catch((error) => log.warn(`delivery is not recorded: ${String(error)}`));
    } catch (error) {
      // A cancelled request is not answered (2025-11-25, basic/utilities/cancellation).
      if (caller.signal.aborted || isPreloopError(error, "request_cancelled")) return;
      if (!isPreloopError(error))
        log.error(`${request.method} failed inside preloop`, { error: String(error) });
      reply(request, replyToError(error, request.method));
    } finally {
      leave();
      inFlight.take(request.id);
      stay.leave();
      if (inFlight.size === 0) onIdle();
    }
  }

  // A call may go on when its request has been answered: as a task, or between two legs of a trip.
  function bounded(request: Request, journey: (line: Line) => Promise<Handled>) {
    return (line: Line) => callLoad.during(request.text.length, () => journey(line));
  }

  function noteRefused(error: PreloopError): void {
    const { user, id: session } = options.ref();
    try {
      stages?.audit.event("frame_refused", user, { session, reason: error.message });
    } catch (unwritten) {
      log.error(messageOf(unwritten));
    }
  }

  function reply(request: Request, raw: RawReply): void {
    const dressed = client?.era === "modern" ? asModernReply(request.method, raw) : raw;
    send(composeReply(request.id, dressed), request.id);
  }

  function tellProgress({ id }: Request, params: string): void {
    if (inFlight.has(id)) send(composeNotification({ method: "notifications/progress", params }), id);
  }

  function notified(method: string, params: JsonObject, text: string): void {
    if (method === "notifications/cancelled") {
      const id = params.requestId;
      if (typeof id === "string" || typeof id === "number") inFlight.get(id)?.cancel();
    } else if (method === "notifications/progress") reverse.progress(params, text);
    else if (method === "notifications/roots/list_changed") tellRootsChanged(method);
    // notifications/initialized is each upstream's own to send; others have no meaning across a merge.
    else if (method !== "notifications/initialized") log.debug(`ignored ${method} from the client`);
  }

  // It has no params of the protocol's, and what a client puts there is nobody's to hear.
  function tellRootsChanged(method: string): void {
    if (!stages || stages.standing.isFrozen(options.ref().id)) return;
    for (const upstream of upstreams)
      if (!stages.pins.isOff(upstream.name) && !stages.pins.holdOfServer(upstream.name))
        upstream.notify(method, undefined);
  }

  function handle(frame: Frame): void {
    switch (frame.kind) {
      case "request":
        void answer(frame);
        return;
      case "notification":
        notified(frame.method, frame.params, frame.text);
        return;
      case "result":
      case "error":
        if (!reverse.settle(frame)) log.debug("ignored an answer that nobody waits for");
        return;
      case "malformed":
        send(composeError(frame.id, { code: frame.code, message: frame.message }));
    }
  }

  return {
    receive(text) {
      if (closed) return;
      const frame = readFrame(text);
      if (Array.isArray(frame)) for (const one of frame) handle(one);
      else handle(frame);
    },
    async toolFor(face, name) {
      const { policy } = introduce(face);
      const offer = await catalog.tool(name);
      return offer && policy().isVisible(offer.server, offer.original) ? offer.definition : undefined;
    },
    refuse(id, error) {
      send(composeReply(id, replyToError(error)));
      noteRefused(error);
    },
    toolsChanged(kind = "tool") {
      // Instructions are given once, at the opening; nothing announces new ones.
      if (kind !== "instructions") news.changed(`${kind}s`);
    },
    hold(isHeld) {
      for (const upstream of upstreams) upstream.hold?.(isHeld);
    },
    isBusy: () => inFlight.size > 0 || tasks.isBusy() || rounds.isBusy(),
    async close() {
      if (closed) return;
      closed = true;
      for (const caller of inFlight.values()) caller.cancel();
      reverse.close();
      carrying.close();
      news.close();
      await Promise.all([rounds.close(), tasks.close()]);
      // First the calls end, each with its record; then nobody needs the servers any more.
      if (inFlight.size > 0)
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      await Promise.all(upstreams.map((upstream) => upstream.close()));
      serverRequests.close();
    },
  };
}

function reused(id: RpcId): PreloopError {
  return new PreloopError(
    "request_invalid",
    `The id ${JSON.stringify(id)} is already in use by a request in flight`,
  );
}
