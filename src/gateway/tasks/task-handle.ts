import type { TaskHandle } from "../context/request-context.ts";
import type { Task } from "./task.ts";

/** The handle of a call on its task, and when the client need not wait on its request any more. */
export interface DetachingHandle {
  readonly handle: TaskHandle;
  /** Resolves when the request can be answered with the task. */
  readonly detached: Promise<void>;
}

/** The way in which a call becomes its client's task, and its server's. */
export interface TaskHandleOptions {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly wantsUpstreamTask: boolean;
  readonly detachesWhenSent: boolean;
  /** The server has made a task of it, of this id; returns what ends that. */
  readonly follow: TaskHandle["follow"];
}

/** A handle on a task whose call has not begun. */
export function createTaskHandle(task: Task, options: TaskHandleOptions): DetachingHandle {
  const { wantsUpstreamTask, detachesWhenSent } = options;
  let detach!: () => void;
  const detached = new Promise<void>((resolve) => {
    detach = resolve;
  });
  const handle: TaskHandle = {
    wantsUpstreamTask,
    awaitingApproval(approval) {
      task.setStatus("working", `Waiting for approval ${approval}.`);
      detach();
    },
    sent() {
      task.setStatus("working");
      if (detachesWhenSent) detach();
    },
    setStatus: task.setStatus,
    follow(server, id, wake) {
      const end = options.follow(server, id, wake);
      detach();
      return end;
    },
  };
  return { handle, detached };
}
