import type { CancelSignal, Clock } from "#base";
import type { ContextParts } from "../context/open-context.ts";
import type { RunningTasks } from "./running-tasks.ts";
import type { Task } from "./task.ts";
import type { TaskStore } from "./task-store.ts";
import type { UpstreamTasks } from "./upstream-tasks.ts";

/** The parts that the tasks of one client share. */
export interface TaskParts extends ContextParts {
  readonly store: TaskStore;
  readonly running: RunningTasks;
  readonly upstreamTasks: UpstreamTasks;
  /** Tells the client something that belongs to no request. */
  readonly notify: (method: string, params: string) => void;
  /** Tells it to whoever of a modern client has a stream for it. */
  readonly publish: (method: string, params: string) => void;
  readonly clock: Clock;
}

/** Until there is a task, giving up on the request gives up on the call. */
export async function whileItsRequestWaits<T>(
  signal: CancelSignal,
  task: Task,
  work: () => Promise<T>,
): Promise<T> {
  const giveUp = () => task.cancel();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
