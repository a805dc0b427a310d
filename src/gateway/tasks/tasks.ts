import type { CancelSignal } from "#base";
import type { RawReply } from "#protocol";
import type { ClientProfile, Upstream } from "#upstreams";
import type { OpenContext } from "../context/request-context.ts";
import type { Handled, Incoming, Request } from "../request.ts";
import type { ServerRequest } from "../server-requests/direct.ts";
import { openDeclaredTask } from "./declared-task.ts";
import { answerAboutTasks } from "./methods.ts";
import { openOfferedTask } from "./offered-task.ts";
import { createRunningTasks } from "./running-tasks.ts";
import { declaresTask } from "./task-meta.ts";
import type { TaskParts } from "./task-parts.ts";
import { createTaskStore } from "./task-store.ts";
import { createUpstreamTasks } from "./upstream-tasks.ts";

/** The calls of one client that go on while nobody waits on their requests. */
export interface Tasks {
  /**
   * Opens the context of a call that is a task or may become one. A task changes who waits, and nothing of what policy,
   * approvals and audit have to say.
   */
  open(incoming: Incoming): OpenContext;
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

/** The parts of a session that tasks need. */
export type TasksOptions = Omit<TaskParts, "store" | "running" | "upstreamTasks">;

/** No task yet. */
export function createTasks(options: TasksOptions): Tasks {
  const store = createTaskStore(options.clock);
  const running = createRunningTasks();
  const upstreamTasks = createUpstreamTasks();
  const parts: TaskParts = { ...options, store, running, upstreamTasks };
  return {
    open: (incoming) =>
      declaresTask(incoming) ? openDeclaredTask(incoming, parts) : openOfferedTask(incoming, parts),
    answer: (request, client, signal) => answerAboutTasks({ request, client, signal, store }),
    onNotification: upstreamTasks.onNotification,
    onServerRequest: upstreamTasks.onServerRequest,
    isBusy: running.isBusy,
    close: running.close,
  };
}
