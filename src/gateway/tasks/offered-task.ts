import { replyWith } from "../call/reply.ts";
import { openContext } from "../context/open-context.ts";
import type { OpenContext } from "../context/request-context.ts";
import type { Handled, Incoming } from "../request.ts";
import { detailOf } from "./methods.ts";
import { createTask, type Task } from "./task.ts";
import { modernTaskContext } from "./task-context.ts";
import { modernTask } from "./task-meta.ts";
import { type TaskParts, whileItsRequestWaits } from "./task-parts.ts";

/**
 * Opens a call of a modern client that takes tasks: it is answered with one if it has to wait for a person or a task of
 * its server's, else with its result (https://github.com/modelcontextprotocol/ext-tasks).
 */
export function openOfferedTask(incoming: Incoming, parts: TaskParts): OpenContext {
  const { store, running, upstreamTasks, publish, clock } = parts;
  const opened = openContext(incoming, parts);
  let isOut = false;
  const tell = async (one: Task) => isOut && publish("notifications/tasks", (await detailOf(one)).reply.text);
  const onChange = (one: Task) => void tell(one);
  const task = createTask({ clock, wantedTtl: undefined, failsByTool: false, onChange });
  const { handle, detached } = upstreamTasks.handleFor(task, {
    wantsUpstreamTask: false,
    detachesWhenSent: false,
  });
  const out = detached.then((): Handled => {
    isOut = true;
    store.add(task);
    return { reply: replyWith({ resultType: "task", ...modernTask(task) }) };
  });
  return {
    context: modernTaskContext(opened.context, { ...parts, task, handle, isOut: () => isOut }),
    answer(outcome) {
      running.begin(task, outcome);
      const first = () => Promise.race([outcome, out]);
      return opened.answer(whileItsRequestWaits(opened.context.signal, task, first));
    },
  };
}
