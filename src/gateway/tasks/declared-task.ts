import { isJsonObject, isPreloopError } from "#base";
import { replyWith } from "../call/reply.ts";
import type { OpenContext } from "../context/request-context.ts";
import type { Incoming } from "../request.ts";
import { createTask } from "./task.ts";
import { legacyTaskContext } from "./task-context.ts";
import { legacyTask } from "./task-meta.ts";
import { type TaskParts, whileItsRequestWaits } from "./task-parts.ts";

/**
 * Opens a call that a legacy client declares a task: it is answered with the task once it waits for a person, or has
 * left (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks).
 */
export function openDeclaredTask(incoming: Incoming, parts: TaskParts): OpenContext {
  const { store, running, upstreamTasks, notify, clock } = parts;
  const { params } = incoming.request;
  let isTold = false;
  const task = createTask({
    clock,
    wantedTtl: isJsonObject(params.task) ? params.task.ttl : undefined,
    failsByTool: true,
    onChange: (one) => isTold && notify("notifications/tasks/status", JSON.stringify(legacyTask(one))),
  });
  const { handle, detached } = upstreamTasks.handleFor(task, {
    wantsUpstreamTask: true,
    detachesWhenSent: true,
  });
  return {
    context: legacyTaskContext(incoming, { ...parts, task, handle }),
    async answer(outcome) {
      running.begin(task, outcome);
      await whileItsRequestWaits(incoming.signal, task, () =>
        Promise.race([detached, outcome.catch(throwUnlessTold)]),
      );
      store.add(task);
      isTold = true;
      // A task begins as working, however fast it ends (2025-11-25, tasks).
      const first = { ...legacyTask(task), ...(task.isOver && { status: "working" }) };
      return { reply: replyWith({ task: first }) };
    },
  };
}

// What a calling model is told is the task's outcome; a fault of the request is the request's.
function throwUnlessTold(error: unknown): void {
  if (!isPreloopError(error) || error.status.rpc !== "tool") throw error;
}
