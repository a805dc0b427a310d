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
import type { SessionRef } from "#model";
import type { Seen } from "#pins";
import {
  composeError,
  composeNotification,
  composeReply,
  type Frame,
  type RawReply,
  type RpcId,
  readFrame,
} from "#protocol";
import type { ClientProfile, UpstreamHost } from "#upstreams";
import type { CallServices } from "../call/call-services.ts";
import { refuseDeep } from "../call/refuse-deep.ts";
import { replyToError } from "../call/reply.ts";
import { createCatalog, type ServedUpstream } from "../catalog/catalog.ts";
import { type RequestContext, ROUND_MS } from "../context/request-context.ts";
import { createRoundTrips } from "../context/round-trips.ts";
import { createWithRequestContext } from "../context/with-request-context.ts";
import { createDirectRequests } from "../server-requests/direct.ts";
import { createPiggybackRequests } from "../server-requests/piggyback.ts";
import { createServerRequests } from "../server-requests/server-requests.ts";
import { createTasks } from "../tasks/tasks.ts";
import { createDispatch, type Handled, type Request } from "./dispatch.ts";
import { asModernReply } from "./era.ts";
import type { Presentation } from "./initialize.ts";
import { createLoad, type LoadReservation, SESSION_LOAD } from "./load.ts";
import { createLogLevels } from "./log-levels.ts";
import { createNotifications } from "./notifications.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** One client's conversation with everything behind preloop. */
export interface Session {
  /** One frame from the client. Never throws: whatever goes wrong is answered. */
  receive(text: string): void;
  /** A tool as its server lists it, if this client may see it; a request's headers can repeat its arguments. */
  toolFor(client: ClientProfile, name: string): Promise<JsonObject | undefined>;
  /** Answers a frame that could not be read at all, and writes that down: it may have been a call. */
  refuse(id: RpcId | null, error: PreloopError): void;
  /** Announces that the list of tools, or of what else is said, may have changed: a new policy, say. */
  toolsChanged(kind?: Seen["kind"]): void;
  /** Takes in no more of the servers until resumed: the client does not keep up. */
  pause(): void;
  resume(): void;
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
  readonly open: (host: UpstreamHost) => readonly ServedUpstream[];
  /** Called once, when the client has said who it is. */
  readonly onClient: (client: ClientProfile) => CallServices;
  readonly presentation: Presentation;
  /** Signs the states handed to modern clients; without one they are signed with a key of the session's own. */
  readonly signingKey?: Uint8Array;
  readonly log: Log;
}

/** A session over any transport; frames are handled in the order they come, and answered when they are done. */
export function createSession(options: SessionOptions): Session {
  const { send, log } = options;
  const directRequests = createDirectRequests(send);
  const piggybackRequests = createPiggybackRequests();
  const serverRequests = createServerRequests({ ...options, client: () => client, services: () => services });
  const roundTrips = createRoundTrips({
    key: options.signingKey ?? randomBytes(32),
    clock: systemClock,
    ttlMs: ROUND_MS,
    piggybackRequests,
    serverRequests,
  });
  const notify = (method: string, params: string) => send(composeNotification({ method, params }));
  const subscriptions = createSubscriptions(send);
  const tasks = createTasks({
    directRequests,
    piggybackRequests,
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
  let client: ClientProfile | undefined;
  let services: CallServices | undefined;
  let onClientReady!: (client: ClientProfile) => void;
  let closed = false;

  const served = options.open({
    client: new Promise((resolve) => {
      onClientReady = resolve;
    }),
    onRequest: (upstream, method, params, signal) =>
      serverRequests.ask({ upstream, method, params, signal }, (question) =>
        tasks.onServerRequest(
          question,
          client?.era === "modern" ? piggybackRequests.ask : directRequests.ask,
        ),
      ),
    onNotification(upstream, method, params) {
      if (!tasks.onNotification(upstream, method, params))
        notifications.onNotification(upstream, method, params);
    },
    onState: (upstream, state) => notifications.onState(upstream, state),
  });
  const upstreams = served.map(({ upstream }) => upstream);
  const catalog = createCatalog({ served, onLate: (listing) => notifications.listChanged(listing), log });
  const notifications = createNotifications({
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
    notifications,
    subscriptions,
    acceptClient,
    services: () => services,
    client: () => client,
    tasks: {
      ...tasks,
      run: (request, context, handler) => tasks.run(request, context, bounded(request, handler)),
    },
    bounded,
    withRequestContext: createWithRequestContext({
      directRequests,
      roundTrips,
      serverRequests,
      tellProgress,
    }),
  });

  function acceptClient(profile: ClientProfile): CallServices {
    // A client may probe for the modern era and then settle on the other: what it chose last counts.
    client = profile;
    services ??= options.onClient(profile);
    onClientReady(profile);
    return services;
  }

  /** The story of one request, whatever it asks. */
  async function answer(request: Request): Promise<void> {
    if (inFlight.has(request.id)) return reply(request, replyToError(reused(request.id)));
    let reservation: LoadReservation;
    try {
      reservation = requestLoad.enter(request.text.length);
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
      reservation.leave();
      if (inFlight.size === 0) onIdle();
    }
  }

  // A call may go on when its request has been answered: as a task, or between two legs.
  function bounded(request: Request, handler: (context: RequestContext) => Promise<Handled>) {
    return (context: RequestContext) => callLoad.during(request.text.length, () => handler(context));
  }

  function noteRefused(error: PreloopError): void {
    const { user, id: session } = options.ref();
    try {
      services?.audit.event("frame_refused", user, { session, reason: error.message });
    } catch (unwritten) {
      log.error(messageOf(unwritten));
    }
  }

  function reply(request: Request, raw: RawReply): void {
    const adapted = client?.era === "modern" ? asModernReply(request.method, raw) : raw;
    send(composeReply(request.id, adapted), request.id);
  }

  function tellProgress({ id }: Request, params: string): void {
    if (inFlight.has(id)) send(composeNotification({ method: "notifications/progress", params }), id);
  }

  function notified(method: string, params: JsonObject, text: string): void {
    if (method === "notifications/cancelled") {
      const id = params.requestId;
      if (typeof id === "string" || typeof id === "number") inFlight.get(id)?.cancel();
    } else if (method === "notifications/progress") directRequests.progress(params, text);
    else if (method === "notifications/roots/list_changed") tellRootsChanged(method);
    // notifications/initialized is each upstream's own to send; others have no meaning across a merge.
    else if (method !== "notifications/initialized") log.debug(`ignored ${method} from the client`);
  }

  // It has no params of the protocol's, and what a client puts there is nobody's to hear.
  function tellRootsChanged(method: string): void {
    if (!services || services.liveGrants.isFrozen(options.ref().id)) return;
    for (const upstream of upstreams)
      if (!services.pins.isOff(upstream.name) && !services.pins.holdOfServer(upstream.name))
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
        if (!directRequests.answer(frame)) log.debug("ignored an answer that nobody waits for");
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
    async toolFor(profile, name) {
      const { policy } = acceptClient(profile);
      const offer = await catalog.tool(name);
      return offer && policy().isVisible(offer.server, offer.original) ? offer.definition : undefined;
    },
    refuse(id, error) {
      send(composeReply(id, replyToError(error)));
      noteRefused(error);
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
    isBusy: () => inFlight.size > 0 || tasks.isBusy() || roundTrips.isBusy(),
    async close() {
      if (closed) return;
      closed = true;
      for (const caller of inFlight.values()) caller.cancel();
      directRequests.close();
      piggybackRequests.close();
      notifications.close();
      await Promise.all([roundTrips.close(), tasks.close()]);
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
