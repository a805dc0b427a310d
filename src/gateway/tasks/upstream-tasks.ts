import { isJsonObject } from "#base";
import type { RawReply } from "#protocol";
import type { Upstream } from "#upstreams";
import { SERVER_REQUEST_METHODS } from "../context/round-trip-limits.ts";
import type { ServerRequest } from "../server-requests/direct.ts";
import type { Task } from "./task.ts";
import { createTaskHandle, type DetachingHandle, type TaskHandleOptions } from "./task-handle.ts";
import { relatedTaskOf, withRelatedTask } from "./task-meta.ts";

/** The tasks that servers made of a client's tasks: each by its server's name and the server's own id. */
export interface UpstreamTasks {
  /** The handle of a call on its task. */
  handleFor(task: Task, options: HandleOptions): DetachingHandle;
  /** A call of a client's task is under way at the server; returns what ends that. */
  attach(upstream: Upstream, task: Task): () => void;
  onNotification(upstream: Upstream, method: string, params: string | undefined): boolean;
  onServerRequest(
    question: ServerRequest,
    ask: (question: ServerRequest) => Promise<RawReply>,
  ): Promise<RawReply>;
}

type HandleOptions = Omit<TaskHandleOptions, "follow">;

interface Followed {
  readonly task: Task;
  readonly wake: () => void;
  /** The client's era asks in the name of tasks. */
  readonly isNamed: boolean;
}

/** Nothing followed yet. */
export function createUpstreamTasks(): UpstreamTasks {
  const followed = new Map<string, Followed>();
  const attached = new Map<string, Set<Task>>();
  const keyOf = (server: string, id: string) => JSON.stringify([server, id]);

  function taskOf({ upstream, method, params }: ServerRequest): Task | undefined {
    const id = relatedTaskOf(params);
    if (id !== undefined) {
      const theirs = followed.get(keyOf(upstream.name, id));
      return theirs?.isNamed ? theirs.task : undefined;
    }
    if (!SERVER_REQUEST_METHODS.includes(method)) return undefined;
    // A server without tasks does not say which of its calls it asks for; of one task alone it is likely that one.
    const [task, ...others] = attached.get(upstream.name) ?? [];
    return others.length === 0 ? task : undefined;
  }

  function follow(server: string, id: string, mine: Followed): () => void {
    const key = keyOf(server, id);
    followed.set(key, mine);
    return () => {
      // A server that was started anew may have given the id again.
      if (followed.get(key) === mine) followed.delete(key);
    };
  }

  return {
    handleFor: (task, options) =>
      createTaskHandle(task, {
        ...options,
        follow: (server, id, wake) => follow(server, id, { task, wake, isNamed: options.wantsUpstreamTask }),
      }),
    onNotification(upstream, method, params) {
      if (method !== "notifications/tasks/status" && method !== "notifications/tasks") return false;
      const value = params === undefined ? undefined : (JSON.parse(params) as unknown);
      // The server is asked how it stands: what it tells says when, and only of tasks that are ours.
      if (isJsonObject(value)) followed.get(keyOf(upstream.name, String(value.taskId)))?.wake();
      return true;
    },
    attach({ name }, task) {
      const tasks = attached.get(name) ?? new Set();
      attached.set(name, tasks.add(task));
      return () => {
        tasks.delete(task);
        if (tasks.size === 0) attached.delete(name);
      };
    },
    onServerRequest: (question, ask) => askFor(taskOf(question), question, ask),
  };
}

/** Puts a question in the name of a task, which shows meanwhile that somebody is asked. */
async function askFor(
  task: Task | undefined,
  question: ServerRequest,
  ask: (question: ServerRequest) => Promise<RawReply>,
): Promise<RawReply> {
  const params = question.params ?? (task && "{}");
  const named = { ...question, params: params && withRelatedTask(params, task?.id) };
  if (!task) return ask(named);
  task.setStatus("input_required");
  try {
    return await ask(named);
  } finally {
    task.setStatus("working");
  }
}
