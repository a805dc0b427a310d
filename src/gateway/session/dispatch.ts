import { isJsonObject, type JsonObject, PreloopError } from "#base";
import type { SessionRef } from "#model";
import { isLegacyOnly } from "#protocol";
import { handleToolCall } from "../call/call.ts";
import type { MakeCallRequest } from "../call/call-request.ts";
import type { SessionCallServices } from "../call/call-services.ts";
import { replyWith } from "../call/reply.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Listings, ListMethod } from "../catalog/listings.ts";
import { type ContextParts, openContext } from "../context/open-context.ts";
import { isRetry } from "../context/round-trips.ts";
import type { Handled, Incoming, Received } from "../request.ts";
import { knowsTasks, mayBeTask } from "../tasks/task-meta.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { ClientIdentity } from "./client-identity.ts";
import { claimsModern, readEnvelope, readInitialize } from "./era.ts";
import { discoverResult, initializeResult, type PresentationParts } from "./initialize.ts";
import { listen } from "./listen.ts";
import type { Load } from "./load.ts";
import type { Notifications } from "./notifications.ts";
import { passOn } from "./pass-on.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The parts of a session that its methods need. */
export interface DispatchParts extends ContextParts, PresentationParts {
  readonly ref: () => SessionRef;
  readonly identity: ClientIdentity;
  readonly catalog: Catalog;
  readonly listings: Listings;
  readonly notifications: Notifications;
  readonly subscriptions: Subscriptions;
  readonly makeCallRequest: MakeCallRequest;
  /** The bound of what goes on, which a call may do when its request has been answered. */
  readonly callLoad: Load;
  readonly tasks: Tasks;
}

/**
 * From a request's method to what answers it.
 * @throws method_unknown, request_invalid before the client has said who it is, and what the method's own answer throws
 */
export async function dispatch(received: Received, parts: DispatchParts): Promise<Handled> {
  const { method, params } = received.request;
  if (claimsModern(params)) {
    parts.identity.accept(readEnvelope(params));
    if (isLegacyOnly(method)) throw new PreloopError("method_unknown", `Method not found: ${method}`);
  }
  if (method === "initialize") return initialize(params, parts);
  if (method === "ping") return { reply: replyWith({}) };
  const { client, services } = parts.identity.requireFor(method);
  const { request, signal, tellProgress } = received;
  const session = parts.ref().id;
  const incoming = { request, signal, tellProgress, client, session, progressToken: progressTokenIn(params) };
  if (method === "tools/call") return callTool(incoming, services, parts);
  return answerOther(incoming, services, parts);
}

/** A `tools/call`: its context, the call itself, and the answer to its request. */
function callTool(incoming: Incoming, services: SessionCallServices, parts: DispatchParts): Promise<Handled> {
  const { request } = incoming;
  // A retry goes on with the call that an earlier request began.
  if (isRetry(incoming)) return parts.roundTrips.resume(incoming);
  const { context, answer } = mayBeTask(incoming) ? parts.tasks.open(incoming) : openContext(incoming, parts);
  const call = parts.callLoad.during(request.text.length, () =>
    handleToolCall(parts.makeCallRequest(request, context), parts.catalog, services),
  );
  return answer(call);
}

/** A request that is no call of a tool: answered here, or by the server that it concerns. */
async function answerOther(
  incoming: Incoming,
  services: SessionCallServices,
  parts: DispatchParts,
): Promise<Handled> {
  const { request, client, signal } = incoming;
  switch (request.method) {
    case "server/discover":
      return { reply: replyWith(await discoverResult(services.pins, parts)) };
    case "subscriptions/listen":
      return listen(incoming, services, parts);
    case "tools/list":
    case "prompts/list":
    case "resources/list":
    case "resources/templates/list":
      return list(request.method, incoming, services, parts);
    default:
      if (request.method.startsWith("tasks/")) return parts.tasks.answer(request, client, signal);
      return passOn(incoming, services, parts);
  }
}

/** What this client may know of; from then on it is told of what comes up. */
async function list(
  method: ListMethod,
  { client }: Incoming,
  { policy, pins }: SessionCallServices,
  { listings, notifications }: DispatchParts,
): Promise<Handled> {
  const reply = await listings.list(method, { policy: policy(), pins, knowsTasks: knowsTasks(client) });
  notifications.onListed(method);
  return { reply };
}

async function initialize(params: JsonObject, parts: DispatchParts): Promise<Handled> {
  const client = readInitialize(params);
  const { pins } = parts.identity.accept(client);
  return { reply: replyWith(await initializeResult(client, pins, parts)) };
}

function progressTokenIn({ _meta }: JsonObject): string | undefined {
  const token = isJsonObject(_meta) ? _meta.progressToken : undefined;
  return typeof token === "string" || typeof token === "number" ? JSON.stringify(token) : undefined;
}
