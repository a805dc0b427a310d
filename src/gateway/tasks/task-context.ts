import { createDirectContext } from "../context/direct-context.ts";
import type { ContextParts } from "../context/open-context.ts";
import type { RequestContext, TaskHandle } from "../context/request-context.ts";
import type { Incoming } from "../request.ts";
import type { DirectRequests } from "../server-requests/direct.ts";
import type { Task } from "./task.ts";
import { withRelatedTask } from "./task-meta.ts";
import type { TaskParts } from "./task-parts.ts";

interface LegacyParts
  extends Pick<TaskParts, "directRequests" | "serverRequests" | "upstreamTasks" | "notify"> {
  readonly task: Task;
  readonly handle: TaskHandle;
}

/** The context of a legacy client that was given a task: it is asked by requests that name the task. */
export function legacyTaskContext(
  { client, progressToken }: Incoming,
  { task, handle, directRequests, serverRequests, upstreamTasks, notify }: LegacyParts,
): RequestContext {
  const tellProgress = (params: string) => notify("notifications/progress", params);
  return {
    ...createDirectContext(
      { client, signal: task.signal, progressToken, tellProgress },
      { directRequests: inTheNameOf(task, directRequests), serverRequests },
    ),
    task: handle,
    attach: (upstream) => upstreamTasks.attach(upstream, task),
  };
}

function inTheNameOf(task: Task, directRequests: DirectRequests): DirectRequests {
  return {
    ...directRequests,
    async ask(question) {
      task.setStatus("input_required");
      try {
        return await directRequests.ask({
          ...question,
          params: withRelatedTask(question.params ?? "{}", task.id),
        });
      } finally {
        task.setStatus("working");
      }
    },
  };
}

interface ModernParts extends Pick<ContextParts, "piggybackRequests" | "serverRequests"> {
  readonly task: Task;
  readonly handle: TaskHandle;
  readonly isOut: () => boolean;
}

/**
 * The context of a modern client: that of its request, good until it is answered, and once that is answered with a task,
 * the task's inputs.
 */
export function modernTaskContext(
  context: RequestContext,
  { task, handle, isOut, piggybackRequests, serverRequests }: ModernParts,
): RequestContext {
  const { client } = context;
  const own: RequestContext = {
    client,
    signal: task.signal,
    task: handle,
    roundTrip: undefined,
    attach: (upstream) => piggybackRequests.attach(upstream, own),
    get progressToken() {
      return isOut() ? undefined : context.progressToken;
    },
    tellProgress: (params) => isOut() || context.tellProgress(params),
    ask: (result, from) => serverRequests.askAll({ result, from, client }, (mine) => own.put(mine, from)),
    links: (reply, from) => serverRequests.links(reply, from, client),
    put: (result, from) => (isOut() ? task.inputs.ask(result, task.signal) : context.put(result, from)),
  };
  return own;
}
