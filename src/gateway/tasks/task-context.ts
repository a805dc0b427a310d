import type { ClientProfile } from "#upstreams";
import { createRequestContext, type RequestContext, type TaskHandle } from "../context/request-context.ts";
import type { DirectRequests } from "../server-requests/direct.ts";
import type { PiggybackRequests } from "../server-requests/piggyback.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Task } from "./task.ts";
import { withRelatedTask } from "./task-meta.ts";

interface LegacyParts {
  readonly client: ClientProfile;
  readonly task: Task;
  readonly handle: TaskHandle;
  readonly directRequests: DirectRequests;
  readonly progressToken: string | undefined;
  readonly tellProgress: (params: string) => void;
  readonly attach: RequestContext["attach"];
  readonly serverRequests: ServerRequests;
}

/** The context of a legacy client that was given a task: it is asked by requests that name the task. */
export function legacyTaskContext({
  task,
  handle,
  directRequests,
  attach,
  ...rest
}: LegacyParts): RequestContext {
  const asking: DirectRequests = {
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
  return {
    ...createRequestContext({ ...rest, signal: task.signal, directRequests: asking }),
    task: handle,
    attach,
  };
}

interface ModernParts {
  readonly task: Task;
  readonly handle: TaskHandle;
  /** The context of the request itself, good until it is answered. */
  readonly context: RequestContext;
  readonly isOut: () => boolean;
  readonly piggybackRequests: PiggybackRequests;
  readonly serverRequests: ServerRequests;
}

/** The context of a modern client: that of its request, and once that is answered with a task, the task's inputs. */
export function modernTaskContext(parts: ModernParts): RequestContext {
  const { task, handle, context, isOut, piggybackRequests, serverRequests } = parts;
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
