import { type CancelSignal, PreloopError } from "#base";
import { members, type RawReply } from "#protocol";
import type { ClientProfile } from "#upstreams";
import { replyWith } from "../call/reply.ts";
import type { Handled, Request } from "../request.ts";
import type { Task } from "./task.ts";
import { knowsTasks, legacyTask, modernTask, requireExtension, withRelatedTask } from "./task-meta.ts";
import type { TaskStore } from "./task-store.ts";

/** A client's question about its tasks. */
export interface AboutTasks {
  readonly request: Request;
  readonly client: ClientProfile;
  readonly signal: CancelSignal;
  readonly store: TaskStore;
}

/** Answers `tasks/…` in the way of the client's era. @throws method_unknown, params_invalid, capability_missing */
export async function answerAboutTasks(about: AboutTasks): Promise<Handled> {
  if (about.client.era === "modern") return answerModern(about);
  if (knowsTasks(about.client)) return answerLegacy(about);
  throw unknown(about.request);
}

// 2025-11-25, basic/utilities/tasks
async function answerLegacy({ request, signal, store }: AboutTasks): Promise<Handled> {
  const { method, params } = request;
  switch (method) {
    case "tasks/get":
      return { reply: replyWith(legacyTask(store.get(params.taskId))) };
    case "tasks/list":
      if (params.cursor !== undefined)
        throw new PreloopError(
          "params_invalid",
          "Invalid params: all tasks fit on one page, there is no cursor",
        );
      return { reply: replyWith({ tasks: store.all().map(legacyTask) }) };
    case "tasks/result":
      return resultOf(store.get(params.taskId), signal);
    case "tasks/cancel": {
      const task = store.get(params.taskId);
      if (task.isOver)
        throw new PreloopError("params_invalid", `Invalid params: the task is ${task.status} already`);
      await cancelled(task);
      return { reply: replyWith(legacyTask(task)) };
    }
    default:
      throw unknown(request);
  }
}

// modelcontextprotocol/ext-tasks, 2026-07-28
async function answerModern({ request, client, store }: AboutTasks): Promise<Handled> {
  const { method, params } = request;
  if (!["tasks/get", "tasks/update", "tasks/cancel"].includes(method)) throw unknown(request);
  requireExtension(client);
  const task = store.get(params.taskId);
  if (method === "tasks/get") return detailOf(task);
  if (method === "tasks/cancel") await cancelled(task);
  else {
    const responses = members(members(request.text).get("params") ?? "{}").get("inputResponses");
    if (!responses?.startsWith("{"))
      throw new PreloopError("params_invalid", "Invalid params: tasks/update needs inputResponses");
    task.inputs.answer(responses);
  }
  return { reply: replyWith({}) };
}

/** Waits for the end, and gives what the call itself would have been answered. */
async function resultOf(task: Task, signal: CancelSignal): Promise<Handled> {
  const { reply, delivered } = await untilAborted(task.outcome, signal);
  const text = reply.kind === "result" ? withRelatedTask(reply.text, task.id) : reply.text;
  return { reply: { kind: reply.kind, text }, delivered };
}

/** How a task stands, with what its status adds: the questions that are open, or the outcome. */
export async function detailOf(task: Task): Promise<Handled> {
  const { text } = replyWith(modernTask(task));
  const withDetail = (name: string, detail: string): RawReply => ({
    kind: "result",
    text: `${text.slice(0, -1)},"${name}":${detail}}`,
  });
  if (task.status === "input_required") return { reply: withDetail("inputRequests", task.inputs.open()) };
  if (task.status !== "completed" && task.status !== "failed") return { reply: { kind: "result", text } };
  const { reply, delivered } = await task.outcome;
  return { reply: withDetail(reply.kind, reply.text), delivered };
}

// The answer says that it is cancelled, so what it waited for must know first.
async function cancelled(task: Task): Promise<void> {
  if (task.isOver) return;
  task.cancel();
  await task.outcome;
}

function untilAborted<T>(work: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(new PreloopError("request_cancelled", "the caller does not wait any more"));
    if (signal.aborted) return give();
    signal.addEventListener("abort", give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}

function unknown({ method }: Request): PreloopError {
  return new PreloopError("method_unknown", `Method not found: ${method}`);
}
