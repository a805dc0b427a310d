import { isJsonObject } from "#base";
import type { Upstream } from "#upstreams";
import type { TaskSide } from "../line.ts";
import type { Task } from "./task.ts";
import { relatedTaskOf, withRelatedTask } from "./words.ts";

/** The tasks that servers made of a client's tasks: each by its server's name and the server's own id. */
export interface Abroad {
  /** What a call's journey tells its task; `moved` resolves when the client need not wait on its request any more. */
  sideOf(task: Task, options: SideOptions): { readonly side: TaskSide; readonly moved: Promise<void> };
  heard(upstream: Upstream, method: string, params: string | undefined): boolean;
  related(upstream: Upstream, params: string | undefined): string | undefined;
}

interface SideOptions {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly isWanted: boolean;
  readonly movesWhenSent: boolean;
}

interface Followed {
  readonly task: Task;
  readonly wake: () => void;
}

/** Nothing followed yet. */
export function createAbroad(): Abroad {
  const followed = new Map<string, Followed>();
  const keyOf = (server: string, id: string) => JSON.stringify([server, id]);

  return {
    sideOf(task, { isWanted, movesWhenSent }) {
      let move!: () => void;
      const moved = new Promise<void>((resolve) => {
        move = resolve;
      });
      const side: TaskSide = {
        isWanted,
        waiting(approval) {
          task.turn("working", `Waiting for approval ${approval}.`);
          move();
        },
        sent() {
          task.turn("working");
          if (movesWhenSent) move();
        },
        turned: task.turn,
        follows(server, id, wake) {
          const key = keyOf(server, id);
          followed.set(key, { task, wake });
          move();
          return () => void followed.delete(key);
        },
      };
      return { side, moved };
    },
    heard(upstream, method, params) {
      if (method !== "notifications/tasks/status" && method !== "notifications/tasks") return false;
      const value = params === undefined ? undefined : (JSON.parse(params) as unknown);
      // The server is asked how it stands: its news say when, and only those of tasks that are ours count.
      if (isJsonObject(value)) followed.get(keyOf(upstream.name, String(value.taskId)))?.wake();
      return true;
    },
    related(upstream, params) {
      const id = relatedTaskOf(params);
      if (params === undefined || id === undefined) return params;
      return withRelatedTask(params, followed.get(keyOf(upstream.name, id))?.task.id);
    },
  };
}
