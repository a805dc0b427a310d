import { type CancelSignal, isJsonObject, messageOf, PreloopError } from "#base";
import { composeRequest, type Frame, isLegacyOnly, type RawReply } from "#jsonrpc";
import type { SessionRef } from "#model";
import type { ClientFace, Upstream } from "#upstreams";
import { handleToolCall, passGate } from "./call.ts";
import type { Catalog } from "./catalog.ts";
import { claimsModern, readEnvelope, readInitialize } from "./era.ts";
import type { CallRequest } from "./identify.ts";
import { identifyRequest } from "./identify-request.ts";
import type { Line } from "./line.ts";
import { listPrompts, listResources, listTemplates, listTools } from "./listings.ts";
import type { News } from "./news.ts";
import { discoverResult, type Introduction, initializeResult } from "./opening.ts";
import { replyWith } from "./reply.ts";
import type { Stages } from "./stages.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Tasks } from "./tasks/tasks.ts";
import { knowsTasks, requireExtension } from "./tasks/words.ts";
import type { Passage, Travel } from "./travel.ts";

export type Request = Extract<Frame, { kind: "request" }>;

/** A reply, and what to do once the client has it. */
export interface Handled {
  readonly reply: RawReply;
  readonly delivered?: (() => Promise<void>) | undefined;
}

/** What the methods need of the session they run in. */
export interface DispatchOptions {
  readonly upstreams: readonly Upstream[];
  readonly catalog: Catalog;
  readonly news: News;
  readonly subscriptions: Subscriptions;
  readonly introduction: Introduction;
  readonly ref: () => SessionRef;
  /** Takes note of the client's opening, and gives the stages of its calls. */
  readonly introduce: (client: ClientFace) => Stages;
  /** The stages, once there is a client. */
  readonly stages: () => Stages | undefined;
  /** The client as its last opening has it. */
  readonly client: () => ClientFace | undefined;
  /** Runs calls that their requests declare as tasks. */
  readonly tasks: Tasks;
  /** Keeps within what a session may have under way, for as long as a journey takes. */
  readonly bounded: (request: Request, journey: (line: Line) => Promise<Handled>) => typeof journey;
  /** Finds each request's way back to the client. */
  readonly travel: Travel;
}

/** From a request's method to the journey that answers it. */
export function createDispatch(options: DispatchOptions) {
  const { upstreams, catalog, news, subscriptions, introduction, introduce } = options;
  let calls = 0;

  return async function dispatch(request: Request, signal: CancelSignal): Promise<Handled> {
    const { method, params } = request;
    let client = options.client();
    if (claimsModern(params)) {
      client = readEnvelope(params);
      introduce(client);
      if (isLegacyOnly(method)) throw new PreloopError("method_unknown", `Method not found: ${method}`);
    }
    if (method === "initialize") {
      client = readInitialize(params);
      const { pins } = introduce(client);
      return { reply: replyWith(await initializeResult(client, upstreams, introduction, pins)) };
    }
    if (method === "ping") return { reply: replyWith({}) };
    const stages = options.stages();
    if (!stages || !client)
      throw new PreloopError("request_invalid", `${method} before initialize: say who you are first`);
    if (method === "server/discover")
      return { reply: replyWith(await discoverResult(upstreams, introduction, stages.pins)) };
    if (method === "subscriptions/listen") {
      if (isJsonObject(params.notifications) && params.notifications.taskIds !== undefined)
        requireExtension(client);
      return listen({ request, client, session: options.ref().id, signal }, stages);
    }
    if (method.startsWith("tasks/")) return options.tasks.answer(request, client, signal);
    const passage = { request, client, session: options.ref().id, signal };
    const listing = list(request, client, stages);
    if (listing) return listing;
    if (method !== "tools/call") {
      const journey = (line: Line) => pass(request, line, stages);
      return options.travel(passage, options.bounded(request, journey));
    }
    const call = (way: Line) => handleToolCall(callRequest(request, way), catalog, stages);
    return options.travel(passage, (line) => options.tasks.run(request, line, call));
  };

  /** The answer to a listing: what this client may know of; undefined for other methods. */
  function list(request: Request, client: ClientFace, stages: Stages): Promise<Handled> | undefined {
    const listed = listingOf(request, client, stages);
    return listed?.then((reply) => {
      news.listed(request.method);
      return { reply };
    });
  }

  function listingOf({ method }: Request, client: ClientFace, { policy, pins }: Stages) {
    switch (method) {
      case "tools/list":
        return listTools(catalog, policy(), pins, knowsTasks(client));
      case "prompts/list":
        return listPrompts(catalog, policy(), pins);
      case "resources/list":
        return listResources(catalog, policy(), pins);
      case "resources/templates/list":
        return listTemplates(catalog, policy(), pins);
      default:
        return undefined;
    }
  }

  /** Any other request, through the gate to the server it concerns. */
  async function pass(request: Request, line: Line, stages: Stages): Promise<Handled> {
    const asked = { ...callRequest(request, line), method: request.method };
    const [found, ...others] = await identifyRequest(asked, { catalog, upstreams, stages });
    const gate = { catalog, stages };
    if (!found) return { reply: replyWith({}) };
    if (others.length === 0) return passGate(found, asked, gate);
    // A log level is for every server that logs, and succeeds when one of them has taken it.
    const handled = await Promise.allSettled([found, ...others].map((one) => passGate(one, asked, gate)));
    const taken = handled.find((one) => one.status === "fulfilled");
    if (!taken) throw (handled[0] as PromiseRejectedResult).reason;
    return taken.value;
  }

  // A stream stays open until it is cancelled, so its request is never answered while it lives.
  function listen(passage: Passage, stages: Stages): Promise<Handled> {
    const { request, signal } = passage;
    for (const uri of subscriptions.listen(request.id, request.params)) watch(uri, passage, stages);
    return new Promise((_, reject) => {
      const end = () => {
        const before = subscriptions.watched();
        subscriptions.cancel(request.id);
        const still = new Set(subscriptions.watched());
        for (const uri of new Set(before)) if (!still.has(uri)) news.unwatch(uri);
        reject(new PreloopError("request_cancelled", "the subscription ended"));
      };
      signal.addEventListener("abort", end, { once: true });
    });
  }

  // A resource that a modern client watches is one that its server must be subscribed to, as any client would be.
  function watch(uri: string, passage: Passage, stages: Stages): void {
    const method = "resources/subscribe";
    const params = { uri };
    const text = composeRequest({ id: passage.request.id, method, params: JSON.stringify(params) });
    const request: Request = { ...passage.request, method, params, text };
    options
      .travel({ ...passage, request }, (line) => pass(request, line, stages))
      .catch((error) => stages.log.debug("a resource is not watched", { uri, reason: messageOf(error) }));
  }

  function callRequest({ text, params }: Request, line: Line): CallRequest {
    const session = options.ref();
    return { text, params, callId: `${session.id}-${++calls}`, session, line };
  }
}
