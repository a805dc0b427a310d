import { type CancelSignal, type Clock, isJsonObject, isPreloopError } from "#base";
import type { RawReply } from "#jsonrpc";
import type { ClientFace, Upstream } from "#upstreams";
import type { Carrying } from "../carrying.ts";
import type { Handled, Request } from "../dispatch.ts";
import type { Line } from "../line.ts";
import { replyToError, replyWith } from "../reply.ts";
import type { Question, Reverse } from "../reverse.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import { createAbroad } from "./abroad.ts";
import { legacyTaskLine, modernTaskLine } from "./lines.ts";
import { answerAboutTasks, detailOf } from "./methods.ts";
import { createTaskShelf } from "./shelf.ts";
import { createTask, type Task } from "./task.ts";
import { knowsTasks, legacyTask, modernTask, takesTasks } from "./words.ts";

/** The calls of one client that go on while nobody waits on their requests. */
export interface Tasks {
  /**
   * Runs a call's journey, as a task where its request declares one. The journey is the same: a task changes who waits,
   * and nothing of what policy, approvals and audit have to say.
   */
  run(request: Request, line: Line, journey: Journey): Promise<Handled>;
  /** Answers `tasks/…`. @throws method_unknown, params_invalid, capability_missing, request_cancelled */
  answer(request: Request, client: ClientFace, signal: CancelSignal): Promise<Handled>;
  /** True for a server's news of its tasks: the client hears them as news of its own. */
  heard(upstream: Upstream, method: string, params: string | undefined): boolean;
  /** Puts a server's own question by `ask`, in the name of the client's task that it is about. */
  asked(question: Question, ask: (question: Question) => Promise<RawReply>): Promise<RawReply>;
  /** True while one of them has not ended. */
  isBusy(): boolean;
  /** Ends what still goes on; resolves when all of it has been written down. */
  close(): Promise<void>;
}

type Journey = (line: Line) => Promise<Handled>;

export interface TasksOptions {
  readonly reverse: Reverse;
  readonly carrying: Carrying;
  readonly serverRequests: ServerRequests;
  /** Tells the client something that belongs to no request. */
  readonly notify: (method: string, params: string) => void;
  /** Tells it to whoever of a modern client has a stream for it. */
  readonly publish: (method: string, params: string) => void;
  readonly clock: Clock;
}

/** No task yet. */
export function createTasks(options: TasksOptions): Tasks {
  const { reverse, carrying, serverRequests, notify, publish, clock } = options;
  const shelf = createTaskShelf(clock);
  const abroad = createAbroad();
  const onTheWay = new Map<Promise<void>, Task>();

  /** Sends the call on its journey, whose end is the task's. */
  function begin(task: Task, journey: Promise<Handled>): void {
    const ended = journey
      .then(task.end, (error: unknown) => task.end({ reply: replyToError(error) }))
      .finally(() => onTheWay.delete(ended));
    onTheWay.set(ended, task);
  }

  async function runDeclared(request: Request, line: Line, journey: Journey): Promise<Handled> {
    let isTold = false;
    const task = createTask({
      clock,
      wantedTtl: isJsonObject(request.params.task) ? request.params.task.ttl : undefined,
      failsByTool: true,
      onChange: (one) => isTold && notify("notifications/tasks/status", JSON.stringify(legacyTask(one))),
    });
    const { side, moved } = abroad.sideOf(task, { isWanted: true, movesWhenSent: true });
    const { client, progressToken } = line;
    const tellProgress = (params: string) => notify("notifications/progress", params);
    const carry = (upstream: Upstream) => abroad.board(upstream, task);
    const own = legacyTaskLine({
      client,
      task,
      side,
      reverse,
      progressToken,
      tellProgress,
      carry,
      serverRequests,
    });
    const ended = journey(own);
    begin(task, ended);
    await whileItsRequestWaits(line, task, () => Promise.race([moved, ended.catch(throwUnlessTold)]));
    shelf.add(task);
    isTold = true;
    // A task begins as working, however fast it ends (2025-11-25, tasks).
    const first = { ...legacyTask(task), ...(task.isOver && { status: "working" }) };
    return { reply: replyWith({ task: first }) };
  }

  async function runOffered(line: Line, journey: Journey): Promise<Handled> {
    let isOut = false;
    const tell = async (one: Task) =>
      isOut && publish("notifications/tasks", (await detailOf(one)).reply.text);
    const onChange = (one: Task) => void tell(one);
    const task = createTask({ clock, wantedTtl: undefined, failsByTool: false, onChange });
    const { side, moved } = abroad.sideOf(task, { isWanted: false, movesWhenSent: false });
    const own = modernTaskLine({ task, side, line, isOut: () => isOut, carrying, serverRequests });
    const ended = journey(own);
    begin(task, ended);
    const out = moved.then((): Handled => {
      isOut = true;
      shelf.add(task);
      return { reply: replyWith({ resultType: "task", ...modernTask(task) }) };
    });
    return whileItsRequestWaits(line, task, () => Promise.race([ended, out]));
  }

  return {
    run(request, line, journey) {
      if (knowsTasks(line.client) && isJsonObject(request.params.task))
        return runDeclared(request, line, journey);
      return takesTasks(line.client) ? runOffered(line, journey) : journey(line);
    },
    answer: (request, client, signal) => answerAboutTasks({ request, client, signal, shelf }),
    heard: abroad.heard,
    asked: abroad.asked,
    isBusy: () => onTheWay.size > 0,
    async close() {
      for (const task of onTheWay.values()) task.cancel();
      await Promise.allSettled([...onTheWay.keys()]);
    },
  };
}

// Until there is a task, giving up on the request gives up on the call.
async function whileItsRequestWaits<T>(line: Line, task: Task, work: () => Promise<T>): Promise<T> {
  const giveUp = () => task.cancel();
  line.signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await work();
  } finally {
    line.signal.removeEventListener("abort", giveUp);
  }
}

// What a calling model is told is the task's outcome; a fault of the request is the request's.
function throwUnlessTold(error: unknown): void {
  if (!isPreloopError(error) || error.face.rpc !== "tool") throw error;
}
