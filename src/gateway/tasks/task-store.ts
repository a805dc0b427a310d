import { type Clock, PreloopError } from "#base";
import type { Task } from "./task.ts";

/** The tasks of one client, for as long as they are kept. */
export interface TaskStore {
  add(task: Task): void;
  /** @throws params_invalid when there is none, or none any more */
  get(id: unknown): Task;
  all(): readonly Task[];
}

/** A task that ended is kept at least this long, whatever time its client gave it. */
const GRACE_MS = 60_000;
const MAX_OVER = 500;
const MAX_SIZE = 32 * 1024 * 1024;

/** An empty store. What still goes on is never dropped: a person may take longer than any time to live. */
export function createTaskStore(clock: Clock): TaskStore {
  const tasks = new Map<string, Task>();

  function sweep(): void {
    const now = clock.now().getTime();
    const over = [...tasks.values()].filter(({ isOver }) => isOver);
    const isPast = ({ createdAt, updatedAt, ttlMs }: Task) =>
      Math.max(createdAt.getTime() + ttlMs, updatedAt.getTime() + GRACE_MS) <= now;
    let [count, size] = [0, 0];
    for (const task of over.reverse()) {
      count++;
      size += task.size;
      // The newest is kept whatever its size: somebody is about to ask for it.
      if (isPast(task) || count > MAX_OVER || (count > 1 && size > MAX_SIZE)) tasks.delete(task.id);
    }
  }

  return {
    add(task) {
      sweep();
      tasks.set(task.id, task);
    },
    get(id) {
      sweep();
      const task = typeof id === "string" ? tasks.get(id) : undefined;
      if (!task)
        throw new PreloopError("params_invalid", "Invalid params: there is no such task, or no longer");
      return task;
    },
    all() {
      sweep();
      return [...tasks.values()];
    },
  };
}
