import { isJsonObject } from "#base";
import type { RawReply } from "#jsonrpc";
import type { Upstream } from "#upstreams";
import type { TaskSide } from "../line.ts";
import type { Question } from "../reverse.ts";
import type { Task } from "./task.ts";
import { relatedTaskOf, withRelatedTask } from "./words.ts";

/** The tasks that servers made of a client's tasks: each by its server's name and the server's own id. */
export interface Abroad {
  /** What a call's journey tells its task; `moved` resolves when the client need not wait on its request any more. */
  sideOf(task: Task, options: SideOptions): { readonly side: TaskSide; readonly moved: Promise<void> };
  /** A call of a client's task is under way at the server; returns what ends that. */
  board(upstream: Upstream, task: Task): () => void;
  heard(upstream: Upstream, method: string, params: string | undefined): boolean;
  asked(question: Question, ask: (question: Question) => Promise<RawReply>): Promise<RawReply>;
}

interface SideOptions {
  /** The client wants the call to be a task at its server too, where the server can. */
  readonly isWanted: boolean;
  readonly movesWhenSent: boolean;
}

interface Followed {
  readonly task: Task;
  readonly wake: () => void;
  /** The client's era asks in the name of tasks. */
  readonly isNamed: boolean;
}

/** What a call may wait for. */
const ASKING: ReadonlySet<string> = new Set(["elicitation/create", "sampling/createMessage", "roots/list"]);

/** Nothing followed yet. */
export function createAbroad(): Abroad {
  const followed = new Map<string, Followed>();
  const aboard = new Map<string, Set<Task>>();
  const keyOf = (server: string, id: string) => JSON.stringify([server, id]);

  function taskOf({ upstream, method, params }: Question): Task | undefined {
    const id = relatedTaskOf(params);
    if (id !== undefined) {
      const theirs = followed.get(keyOf(upstream.name, id));
      return theirs?.isNamed ? theirs.task : undefined;
    }
    if (!ASKING.has(method)) return undefined;
    // A server without tasks does not say which of its calls it asks for; of one task alone it is likely that one.
    const [task, ...others] = aboard.get(upstream.name) ?? [];
    return others.length === 0 ? task : undefined;
  }

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
          const mine: Followed = { task, wake, isNamed: isWanted };
          followed.set(key, mine);
          move();
          return () => {
            // A server that was started anew may have given the id again.
            if (followed.get(key) === mine) followed.delete(key);
          };
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
    board({ name }, task) {
      const tasks = aboard.get(name) ?? new Set();
      aboard.set(name, tasks.add(task));
      return () => {
        tasks.delete(task);
        if (tasks.size === 0) aboard.delete(name);
      };
    },
    async asked(question, ask) {
      const task = taskOf(question);
      const params = question.params ?? (task && "{}");
      const named = { ...question, params: params && withRelatedTask(params, task?.id) };
      if (!task) return ask(named);
      task.turn("input_required");
      try {
        return await ask(named);
      } finally {
        task.turn("working");
      }
    },
  };
}
