import { type CancelSignal, isJsonObject, messageOf, PreloopError } from "#base";
import type { SessionRef } from "#model";
import { composeRequest, type Frame, isLegacyOnly, type RawReply } from "#protocol";
import type { ClientProfile, Upstream } from "#upstreams";
import { handleToolCall, passGate } from "../call/call.ts";
import type { CallServices } from "../call/call-services.ts";
import type { CallRequest } from "../call/identify/identify.ts";
import { identifyRequest } from "../call/identify/identify-request.ts";
import { replyWith } from "../call/reply.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { listPrompts, listResources, listTemplates, listTools } from "../catalog/listings.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Incoming, WithRequestContext } from "../context/with-request-context.ts";
import { knowsTasks, requireExtension } from "../tasks/task-meta.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { claimsModern, readEnvelope, readInitialize } from "./era.ts";
import { discoverResult, initializeResult, type Presentation } from "./initialize.ts";
import type { Notifications } from "./notifications.ts";
import type { Subscriptions } from "./subscriptions.ts";

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
  readonly notifications: Notifications;
  readonly subscriptions: Subscriptions;
  readonly presentation: Presentation;
  readonly ref: () => SessionRef;
  /** Takes note of who the client is, and gives the services of its calls. */
  readonly acceptClient: (client: ClientProfile) => CallServices;
  /** The services, once there is a client. */
  readonly services: () => CallServices | undefined;
  /** The client as it last said it is. */
  readonly client: () => ClientProfile | undefined;
  /** Runs calls that their requests declare as tasks. */
  readonly tasks: Tasks;
  /** Keeps within what a session may have under way, for as long as a handler runs. */
  readonly bounded: (
    request: Request,
    handler: (context: RequestContext) => Promise<Handled>,
  ) => typeof handler;
  /** Runs a request's handler with its way back to the client. */
  readonly withRequestContext: WithRequestContext;
}

/** From a request's method to what answers it. */
export function createDispatch(options: DispatchOptions) {
  const { upstreams, catalog, notifications, subscriptions, presentation, acceptClient } = options;
  let calls = 0;

  return async function dispatch(request: Request, signal: CancelSignal): Promise<Handled> {
    const { method, params } = request;
    let client = options.client();
    if (claimsModern(params)) {
      client = readEnvelope(params);
      acceptClient(client);
      if (isLegacyOnly(method)) throw new PreloopError("method_unknown", `Method not found: ${method}`);
    }
    if (method === "initialize") {
      client = readInitialize(params);
      const { pins } = acceptClient(client);
      return { reply: replyWith(await initializeResult(client, upstreams, presentation, pins)) };
    }
    if (method === "ping") return { reply: replyWith({}) };
    const services = options.services();
    if (!services || !client)
      throw new PreloopError("request_invalid", `${method} before initialize: say who you are first`);
    if (method === "server/discover")
      return { reply: replyWith(await discoverResult(upstreams, presentation, services.pins)) };
    if (method === "subscriptions/listen") {
      if (isJsonObject(params.notifications) && params.notifications.taskIds !== undefined)
        requireExtension(client);
      return listen({ request, client, session: options.ref().id, signal }, services);
    }
    if (method.startsWith("tasks/")) return options.tasks.answer(request, client, signal);
    const incoming = { request, client, session: options.ref().id, signal };
    const listing = list(request, client, services);
    if (listing) return listing;
    if (method !== "tools/call") {
      const handler = (context: RequestContext) => pass(request, context, services);
      return options.withRequestContext(incoming, options.bounded(request, handler));
    }
    const call = (context: RequestContext) =>
      handleToolCall(callRequest(request, context), catalog, services);
    return options.withRequestContext(incoming, (context) => options.tasks.run(request, context, call));
  };

  /** The answer to a listing: what this client may know of; undefined for other methods. */
  function list(
    request: Request,
    client: ClientProfile,
    services: CallServices,
  ): Promise<Handled> | undefined {
    const listed = listingOf(request, client, services);
    return listed?.then((reply) => {
      notifications.onListed(request.method);
      return { reply };
    });
  }

  function listingOf({ method }: Request, client: ClientProfile, { policy, pins }: CallServices) {
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
  async function pass(request: Request, context: RequestContext, services: CallServices): Promise<Handled> {
    const asked = { ...callRequest(request, context), method: request.method };
    const [found, ...others] = await identifyRequest(asked, { catalog, upstreams, services });
    const gate = { catalog, services };
    if (!found) return { reply: replyWith({}) };
    if (others.length === 0) return passGate(found, asked, gate);
    // A log level is for every server that logs, and succeeds when one of them has taken it.
    const handled = await Promise.allSettled([found, ...others].map((one) => passGate(one, asked, gate)));
    const taken = handled.find((one) => one.status === "fulfilled");
    if (!taken) throw (handled[0] as PromiseRejectedResult).reason;
    return taken.value;
  }

  // A stream stays open until it is cancelled, so its request is never answered while it lives.
  function listen(incoming: Incoming, services: CallServices): Promise<Handled> {
    const { request, signal } = incoming;
    for (const uri of subscriptions.listen(request.id, request.params)) watch(uri, incoming, services);
    return new Promise((_, reject) => {
      const end = () => {
        const before = subscriptions.watched();
        subscriptions.cancel(request.id);
        const still = new Set(subscriptions.watched());
        for (const uri of new Set(before)) if (!still.has(uri)) notifications.unwatch(uri);
        reject(new PreloopError("request_cancelled", "the subscription ended"));
      };
      signal.addEventListener("abort", end, { once: true });
    });
  }

  // A resource that a modern client watches is one that its server must be subscribed to, as any client would be.
  function watch(uri: string, incoming: Incoming, services: CallServices): void {
    const method = "resources/subscribe";
    const params = { uri };
    const text = composeRequest({ id: incoming.request.id, method, params: JSON.stringify(params) });
    const request: Request = { ...incoming.request, method, params, text };
    options
      .withRequestContext({ ...incoming, request }, (context) => pass(request, context, services))
      .catch((error) => services.log.debug("a resource is not watched", { uri, reason: messageOf(error) }));
  }

  function callRequest({ text, params }: Request, context: RequestContext): CallRequest {
    const session = options.ref();
    return { text, params, callId: `${session.id}-${++calls}`, session, context };
  }
}
