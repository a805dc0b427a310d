import { type CancelSignal, isJsonObject, PreloopError } from "#base";
import { type Frame, member, type RawReply } from "#jsonrpc";
import type { SessionRef } from "#model";
import type { ClientFace, Upstream } from "#upstreams";
import { handleToolCall } from "./call.ts";
import type { Catalog } from "./catalog.ts";
import { claimsModern, isLegacyOnly, readEnvelope, readInitialize } from "./era.ts";
import type { CallRequest } from "./identify.ts";
import type { Line } from "./line.ts";
import { listPrompts, listResources, listTemplates, listTools } from "./listings.ts";
import type { News } from "./news.ts";
import { discoverResult, type Introduction, initializeResult } from "./opening.ts";
import { replyWith } from "./reply.ts";
import { askHolder, complete, getPrompt, type Passing, passUnknown, setLogLevel } from "./requests.ts";
import type { Stages } from "./stages.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Tasks } from "./tasks/tasks.ts";
import { knowsTasks, requireExtension } from "./tasks/words.ts";
import type { Travel } from "./travel.ts";

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
      return listen(request, signal);
    }
    if (method.startsWith("tasks/")) return options.tasks.answer(request, client, signal);
    const passage = { request, client, session: options.ref().id, signal };
    if (method !== "tools/call") return options.travel(passage, (line) => passOn(request, line, stages));
    const call = (way: Line) => handleToolCall(callRequest(request, way), catalog, stages);
    return options.travel(passage, (line) => options.tasks.run(request, line, call));
  };

  async function passOn(request: Request, line: Line, stages: Stages): Promise<Handled> {
    const reply = await ask(request, line, stages);
    news.listed(request.method);
    return { reply };
  }

  function ask(request: Request, line: Line, stages: Stages): Promise<RawReply> {
    const { policy, pins } = stages;
    switch (request.method) {
      case "tools/list":
        return listTools(catalog, policy(), pins, knowsTasks(line.client));
      case "prompts/list":
        return listPrompts(catalog, pins);
      case "resources/list":
        return listResources(catalog, pins);
      case "resources/templates/list":
        return listTemplates(catalog, pins);
    }
    const { method, params } = request;
    const passing: Passing = { method, params, raw: member(request.text, "params") ?? "{}", line };
    switch (request.method) {
      case "prompts/get":
        return getPrompt(passing, catalog, stages);
      case "resources/read":
      case "resources/subscribe":
      case "resources/unsubscribe":
        return askHolder(passing, catalog, stages);
      case "completion/complete":
        return complete(passing, catalog, stages);
      case "logging/setLevel":
        return setLogLevel(passing, upstreams);
      default:
        return passUnknown(passing, upstreams, stages);
    }
  }

  // A stream stays open until it is cancelled, so its request is never answered while it lives.
  function listen(request: Request, signal: CancelSignal): Promise<Handled> {
    subscriptions.listen(request.id, request.params);
    for (const uri of subscriptions.watched()) news.watch(uri);
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

  function callRequest({ text, params }: Request, line: Line): CallRequest {
    const session = options.ref();
    return { text, params, callId: `${session.id}-${++calls}`, session, line };
  }
}
