import { replyToError } from "../call/reply.ts";
import type { Handled } from "../request.ts";
import type { Task } from "./task.ts";

/** The tasks whose calls have not ended. */
export interface RunningTasks {
  /** Binds a task to its call, whose end is the task's. */
  begin(task: Task, outcome: Promise<Handled>): void;
  isBusy(): boolean;
  /** Cancels all of them; resolves when each call has been written down. */
  close(): Promise<void>;
}

/** No task begun yet. */
export function createRunningTasks(): RunningTasks {
  const running = new Map<Promise<void>, Task>();
  return {
    begin(task, outcome) {
      const ended = outcome
        .then(task.end, (error: unknown) => task.end({ reply: replyToError(error) }))
        .finally(() => running.delete(ended));
      running.set(ended, task);
    },
    isBusy: () => running.size > 0,
    async close() {
      for (const task of running.values()) task.cancel();
      await Promise.allSettled([...running.keys()]);
    },
  };
}
