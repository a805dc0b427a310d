import { isPreloopError, type JsonObject, type Log, PreloopError } from "#base";
import {
  composeError,
  composeNotification,
  composeReply,
  type Frame,
  members,
  type RawReply,
  type RpcId,
  readFrame,
  withMember,
} from "#jsonrpc";
import type { SessionRef } from "#model";
import type { ClientFace, Upstream, UpstreamHost } from "#upstreams";
import { handleToolCall } from "./call.ts";
import { type Behind, type Catalog, createCatalog } from "./catalog.ts";
import { asModernReply, claimsModern, readEnvelope, readInitialize } from "./era.ts";
import { listPrompts, listResources, listTemplates, listTools } from "./listings.ts";
import { createNews } from "./news.ts";
import { discoverResult, type Introduction, initializeResult } from "./opening.ts";
import { replyToError, replyWith } from "./reply.ts";
import { askHolder, complete, getPrompt, type Passing, passUnknown, setLogLevel } from "./requests.ts";
import { createReverse } from "./reverse.ts";
import type { Stages } from "./stages.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** One client's conversation with everything behind preloop. */
export interface Session {
  /** One frame from the client. Never throws: whatever goes wrong is answered. */
  receive(text: string): void;
  /** Answers a frame that could not be read at all. */
  refuse(id: RpcId | null, error: PreloopError): void;
  /** Announces that the list of tools may have changed: a new policy, say. */
  toolsChanged(): void;
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
  readonly log: Log;
}

type Request = Extract<Frame, { kind: "request" }>;

/** A session over any transport; frames are handled in the order they come, and answered when they are done. */
export function createSession(options: SessionOptions): Session {
  const { send, log, introduction } = options;
  const reverse = createReverse(send);
  const subscriptions = createSubscriptions(send);
  const inFlight = new Map<RpcId, AbortController>();
  const answers = new Set<Promise<void>>();
  let client: ClientFace | undefined;
  let stages: Stages | undefined;
  let meetClient!: (client: ClientFace) => void;
  let calls = 0;
  let closed = false;

  const host: UpstreamHost = {
    client: new Promise((resolve) => {
      meetClient = resolve;
    }),
    onRequest: (upstream, method, params, signal) => reverse.ask({ upstream, method, params, signal }),
    onNotification: (upstream, method, params) => news.heard(upstream, method, params),
    onState: (upstream, state) => news.turned(upstream, state),
  };
  const behind = options.open(host);
  const upstreams = behind.map(({ upstream }) => upstream);
  const catalog: Catalog = createCatalog(behind, log);
  const news = createNews({ catalog, subscriptions, send, log, era: () => client?.era });

  function introduce(face: ClientFace): void {
    // A client may probe for the modern era and then settle on the other: the opening it chose last counts.
    client = face;
    stages ??= options.onClient(face);
    meetClient(face);
  }

  /** The story of one request, whatever it asks. */
  async function answer(request: Request): Promise<void> {
    if (inFlight.has(request.id))
      return void send(composeReply(request.id, replyToError(reused(request.id))), request.id);
    const abort = new AbortController();
    inFlight.set(request.id, abort);
    try {
      const { reply, delivered } = await dispatch(request, abort.signal);
      if (abort.signal.aborted) return;
      const dressed = client?.era === "modern" ? asModernReply(request.method, reply) : reply;
      send(composeReply(request.id, dressed), request.id);
      await delivered?.().catch((error) => log.warn(`delivery is not recorded: ${String(error)}`));
    } catch (error) {
      // A cancelled request is not answered (2025-11-25, basic/utilities/cancellation).
      if (abort.signal.aborted || isPreloopError(error, "request_cancelled")) return;
      if (!isPreloopError(error))
        log.error(`${request.method} failed inside preloop`, { error: String(error) });
      const reply = replyToError(error);
      const dressed = client?.era === "modern" ? asModernReply(request.method, reply) : reply;
      send(composeReply(request.id, dressed), request.id);
    } finally {
      inFlight.delete(request.id);
    }
  }

  function track(answered: Promise<void>): void {
    answers.add(answered);
    void answered.finally(() => answers.delete(answered));
  }

  async function dispatch(request: Request, signal: AbortSignal): Promise<Handled> {
    const { method, params } = request;
    if (claimsModern(params)) introduce(readEnvelope(params));
    if (method === "initialize") {
      const face = readInitialize(params);
      introduce(face);
      return { reply: replyWith(await initializeResult(face, upstreams, introduction)) };
    }
    if (method === "ping") return { reply: replyWith({}) };
    if (!client || !stages)
      throw new PreloopError("request_invalid", `${method} before initialize: say who you are first`);
    if (method === "server/discover")
      return { reply: replyWith(await discoverResult(upstreams, introduction)) };
    if (method === "tools/call") return handleToolCall(callRequest(request, signal), catalog, stages);
    if (method === "subscriptions/listen") return listen(request, signal);
    const reply = await passOn(request, signal, stages);
    news.listed(method);
    return { reply };
  }

  function passOn(request: Request, signal: AbortSignal, { policy }: Stages): Promise<RawReply> {
    const passing = passingOf(request, signal);
    switch (request.method) {
      case "tools/list":
        return listTools(catalog, policy());
      case "prompts/list":
        return listPrompts(catalog);
      case "resources/list":
        return listResources(catalog);
      case "resources/templates/list":
        return listTemplates(catalog);
      case "prompts/get":
        return getPrompt(passing, catalog);
      case "resources/read":
      case "resources/subscribe":
      case "resources/unsubscribe":
        return askHolder(passing, catalog);
      case "completion/complete":
        return complete(passing, catalog);
      case "logging/setLevel":
        return setLogLevel(passing, upstreams);
      default:
        return passUnknown(passing, upstreams);
    }
  }

  // A stream stays open until it is cancelled, so its request is never answered while it lives.
  function listen(request: Request, signal: AbortSignal): Promise<Handled> {
    subscriptions.listen(request.id, request.params);
    for (const uri of subscriptions.watched()) news.watch(uri);
    return new Promise((_, reject) => {
      const end = () => {
        subscriptions.cancel(request.id);
        reject(new PreloopError("request_cancelled", "the subscription ended"));
      };
      signal.addEventListener("abort", end, { once: true });
    });
  }

  function callRequest(request: Request, signal: AbortSignal) {
    const session = options.ref();
    const progressToken = tokenOf(request);
    return {
      text: request.text,
      callId: `${session.id}-${++calls}`,
      session,
      signal,
      progressToken,
      tellProgress: (params: string) => tellProgress(request.id, params),
    };
  }

  function passingOf(request: Request, signal: AbortSignal): Passing {
    const token = tokenOf(request);
    return {
      method: request.method,
      params: request.params,
      raw: members(request.text).get("params") ?? "{}",
      signal,
      onProgress:
        token === undefined
          ? undefined
          : (progress) => tellProgress(request.id, withMember(progress, "progressToken", token)),
    };
  }

  function tellProgress(id: RpcId, params: string): void {
    if (inFlight.has(id)) send(composeNotification({ method: "notifications/progress", params }), id);
  }

  function notified(method: string, params: JsonObject, text: string): void {
    if (method === "notifications/cancelled") {
      const id = params.requestId;
      if (typeof id === "string" || typeof id === "number") inFlight.get(id)?.abort();
    } else if (method === "notifications/progress") reverse.progress(params, text);
    else if (method === "notifications/roots/list_changed")
      for (const upstream of upstreams) upstream.notify(method, members(text).get("params"));
    // notifications/initialized is each upstream's own to send; others have no meaning across a merge.
    else if (method !== "notifications/initialized") log.debug(`ignored ${method} from the client`);
  }

  function handle(frame: Frame): void {
    switch (frame.kind) {
      case "request":
        track(answer(frame));
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
      const frames = readFrame(text);
      for (const frame of Array.isArray(frames) ? frames : [frames]) handle(frame as Frame);
    },
    refuse(id, error) {
      send(composeReply(id, replyToError(error)));
    },
    toolsChanged: () => news.toolsChanged(),
    async close() {
      if (closed) return;
      closed = true;
      for (const abort of inFlight.values()) abort.abort();
      reverse.close();
      news.close();
      // First the calls end, each with its record; then nobody needs the servers any more.
      await Promise.allSettled(answers);
      await Promise.all(upstreams.map((upstream: Upstream) => upstream.close()));
    },
  };
}

interface Handled {
  readonly reply: RawReply;
  readonly delivered?: (() => Promise<void>) | undefined;
}

function reused(id: RpcId): PreloopError {
  return new PreloopError(
    "request_invalid",
    `The id ${JSON.stringify(id)} is already in use by a request in flight`,
  );
}

function tokenOf(request: Request): string | undefined {
  const meta = request.params._meta as JsonObject | undefined;
  const token = meta?.progressToken;
  return typeof token === "string" || typeof token === "number" ? JSON.stringify(token) : undefined;
}
