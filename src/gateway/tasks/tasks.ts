import { type CancelSignal, type Clock, isJsonObject, isPreloopError } from "#base";
import type { RawReply } from "#protocol";
import type { ClientProfile, Upstream } from "#upstreams";
import { replyToError, replyWith } from "../call/reply.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { DirectRequests, ServerRequest } from "../server-requests/direct.ts";
import type { PiggybackRequests } from "../server-requests/piggyback.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Handled, Request } from "../session/dispatch.ts";
import { answerAboutTasks, detailOf } from "./methods.ts";
import { createTask, type Task } from "./task.ts";
import { legacyTaskContext, modernTaskContext } from "./task-context.ts";
import { knowsTasks, legacyTask, modernTask, takesTasks } from "./task-meta.ts";
import { createTaskStore } from "./task-store.ts";
import { createUpstreamTasks } from "./upstream-tasks.ts";

/** The calls of one client that go on while nobody waits on their requests. */
export interface Tasks {
  /**
   * Runs a call, as a task where its request declares one. Its handler is the same: a task changes who waits,
   * and nothing of what policy, approvals and audit have to say.
   */
  run(request: Request, context: RequestContext, handler: Handler): Promise<Handled>;
  /** Answers `tasks/…`. @throws method_unknown, params_invalid, capability_missing, request_cancelled */
  answer(request: Request, client: ClientProfile, signal: CancelSignal): Promise<Handled>;
  /** True for what a server tells of its tasks: the client is told of its own. */
  onNotification(upstream: Upstream, method: string, params: string | undefined): boolean;
  /** Puts a server's own question by `ask`, in the name of the client's task that it is about. */
  onServerRequest(
    question: ServerRequest,
    ask: (question: ServerRequest) => Promise<RawReply>,
  ): Promise<RawReply>;
  /** True while one of them has not ended. */
  isBusy(): boolean;
  /** Ends what still goes on; resolves when all of it has been written down. */
  close(): Promise<void>;
}

type Handler = (context: RequestContext) => Promise<Handled>;

export interface TasksOptions {
  readonly directRequests: DirectRequests;
  readonly piggybackRequests: PiggybackRequests;
  readonly serverRequests: ServerRequests;
  /** Tells the client something that belongs to no request. */
  readonly notify: (method: string, params: string) => void;
  /** Tells it to whoever of a modern client has a stream for it. */
  readonly publish: (method: string, params: string) => void;
  readonly clock: Clock;
}

/** No task yet. */
export function createTasks(options: TasksOptions): Tasks {
  const { directRequests, piggybackRequests, serverRequests, notify, publish, clock } = options;
  const store = createTaskStore(clock);
  const upstreamTasks = createUpstreamTasks();
  const underWay = new Map<Promise<void>, Task>();

  /** Binds the task to its call, whose end is the task's. */
  function begin(task: Task, outcome: Promise<Handled>): void {
    const ended = outcome
      .then(task.end, (error: unknown) => task.end({ reply: replyToError(error) }))
      .finally(() => underWay.delete(ended));
    underWay.set(ended, task);
  }

  async function runDeclared(request: Request, context: RequestContext, handler: Handler): Promise<Handled> {
    let isTold = false;
    const task = createTask({
      clock,
      wantedTtl: isJsonObject(request.params.task) ? request.params.task.ttl : undefined,
      failsByTool: true,
      onChange: (one) => isTold && notify("notifications/tasks/status", JSON.stringify(legacyTask(one))),
    });
    const { handle, detached } = upstreamTasks.handleFor(task, {
      wantsUpstreamTask: true,
      detachesWhenSent: true,
    });
    const { client, progressToken } = context;
    const tellProgress = (params: string) => notify("notifications/progress", params);
    const attach = (upstream: Upstream) => upstreamTasks.attach(upstream, task);
    const own = legacyTaskContext({
      client,
      task,
      handle,
      directRequests,
      progressToken,
      tellProgress,
      attach,
      serverRequests,
    });
    const ended = handler(own);
    begin(task, ended);
    await whileItsRequestWaits(context, task, () => Promise.race([detached, ended.catch(throwUnlessTold)]));
    store.add(task);
    isTold = true;
    // A task begins as working, however fast it ends (2025-11-25, tasks).
    const first = { ...legacyTask(task), ...(task.isOver && { status: "working" }) };
    return { reply: replyWith({ task: first }) };
  }

  async function runOffered(context: RequestContext, handler: Handler): Promise<Handled> {
    let isOut = false;
    const tell = async (one: Task) =>
      isOut && publish("notifications/tasks", (await detailOf(one)).reply.text);
    const onChange = (one: Task) => void tell(one);
    const task = createTask({ clock, wantedTtl: undefined, failsByTool: false, onChange });
    const { handle, detached } = upstreamTasks.handleFor(task, {
      wantsUpstreamTask: false,
      detachesWhenSent: false,
    });
    const own = modernTaskContext({
      task,
      handle,
      context,
      isOut: () => isOut,
      piggybackRequests,
      serverRequests,
    });
    const ended = handler(own);
    begin(task, ended);
    const out = detached.then((): Handled => {
      isOut = true;
      store.add(task);
      return { reply: replyWith({ resultType: "task", ...modernTask(task) }) };
    });
    return whileItsRequestWaits(context, task, () => Promise.race([ended, out]));
  }

  return {
    run(request, context, handler) {
      if (knowsTasks(context.client) && isJsonObject(request.params.task))
        return runDeclared(request, context, handler);
      return takesTasks(context.client) ? runOffered(context, handler) : handler(context);
    },
    answer: (request, client, signal) => answerAboutTasks({ request, client, signal, store }),
    onNotification: upstreamTasks.onNotification,
    onServerRequest: upstreamTasks.onServerRequest,
    isBusy: () => underWay.size > 0,
    async close() {
      for (const task of underWay.values()) task.cancel();
      await Promise.allSettled([...underWay.keys()]);
    },
  };
}

// Until there is a task, giving up on the request gives up on the call.
async function whileItsRequestWaits<T>(
  context: RequestContext,
  task: Task,
  work: () => Promise<T>,
): Promise<T> {
  const giveUp = () => task.cancel();
  context.signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await work();
  } finally {
    context.signal.removeEventListener("abort", giveUp);
  }
}

// What a calling model is told is the task's outcome; a fault of the request is the request's.
function throwUnlessTold(error: unknown): void {
  if (!isPreloopError(error) || error.face.rpc !== "tool") throw error;
}
