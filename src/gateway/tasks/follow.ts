import { createCanceller, isJsonObject, type Json, type JsonObject, PreloopError } from "#base";
import { META_KEYS, members } from "#protocol";
import type { Upstream, UpstreamReply } from "#upstreams";
import { type Exchange, exchange } from "../call/forward/exchange.ts";
import { inputRequired, wantsLinks } from "../context/input.ts";
import { isTerminal, type TaskStatus } from "./task.ts";
import { withRelatedTask } from "./task-meta.ts";
import { type FollowedTask, type Watch, watchOf } from "./watch.ts";

/** True when the server will answer later, and gave a task to ask for; a legacy one does so only when it was wished. */
export function isTaskReply({ kind, value }: UpstreamReply, isWished: boolean): boolean {
  if (kind !== "result" || !isJsonObject(value)) return false;
  return value.resultType === "task" || (isWished && isJsonObject(value.task));
}

/** Sends a call as a task, and goes after the task; its progress counts for the call until then. */
export async function runAsTask(call: Exchange & FollowedTask): Promise<UpstreamReply> {
  const over = createCanceller();
  try {
    const reply = await exchange({ ...call, progressUntil: over.signal });
    return isTaskReply(reply, true) ? await followTask(reply, call) : reply;
  } finally {
    over.cancel();
  }
}

/**
 * Goes after a server's task until it has ended, and returns what its call would have: so a call is one call to policy,
 * approvals and audit, however long its server takes. @throws upstream_failed, input_failed, request_cancelled
 */
export async function followTask(reply: UpstreamReply, followed: FollowedTask): Promise<UpstreamReply> {
  const { upstream, context } = followed;
  const value = reply.value as JsonObject;
  const isModern = value.resultType === "task";
  const task = (isModern ? value : value.task) as JsonObject;
  const id = String(task.taskId);
  const watch = watchOf(id, followed);
  const detach = context.attach(upstream);
  const release = upstream.retain?.();
  const following: Following = { ...followed, id, watch, life: lifeOf(upstream), hasEnded: false };
  try {
    const ended = await (isModern ? followModern : followLegacy)(following, task);
    return wantsLinks(ended) ? await context.links(ended, upstream) : ended;
  } catch (error) {
    // Nobody wants it any more. Best effort: the server may have ended it meanwhile, or be gone.
    if (!following.hasEnded) ask(following, "tasks/cancel", false).catch(() => {});
    throw error;
  } finally {
    release?.();
    detach();
    watch.end();
  }
}

/** Changes when the server is started anew; its ids may then be given again, to tasks of others. */
function lifeOf({ state }: Upstream): unknown {
  return state.kind === "ready" ? state.profile : undefined;
}

interface Following extends FollowedTask {
  readonly id: string;
  readonly watch: Watch;
  /** The life of the server in which it made the task. */
  readonly life: unknown;
  /** The task has ended by itself, or is lost: there is none to be cancelled. */
  hasEnded: boolean;
}

async function followLegacy(following: Following, first: JsonObject): Promise<UpstreamReply> {
  let task = first;
  const listener = createListener(following);
  while (!isTerminal(tell(following, task))) {
    if (task.status === "input_required") listener.listen();
    await following.watch.next(task);
    task = taskIn(await ask(following, "tasks/get"), following);
  }
  if (task.status === "cancelled") throw endedBy(following, "cancelled the task");
  const reply = await ask(following, "tasks/result");
  return { ...reply, text: withRelatedTask(reply.text, undefined) };
}

// What a server asks for a task reaches us while somebody waits for its result (2025-11-25, input_required).
function createListener(following: Following) {
  let isListening = false;
  return {
    listen() {
      if (isListening) return;
      isListening = true;
      const over = () => {
        isListening = false;
      };
      ask(following, "tasks/result").then(over, over);
    },
  };
}

async function followModern(following: Following, first: JsonObject): Promise<UpstreamReply> {
  let task = first;
  let text = "";
  const answered = new Set<string>();
  for (;;) {
    const status = tell(following, task);
    // What comes of it is told by tasks/get alone, also where it ended at once.
    if (status === "completed" && text !== "") return inner("result", text, task.result ?? {});
    if (status === "failed" && text !== "") return inner("error", text, task.error ?? {});
    if (status === "cancelled") throw endedBy(following, "cancelled the task");
    const wanted = status === "input_required" ? openRequests(text, answered) : undefined;
    if (wanted) await bring(following, wanted);
    else if (text !== "") await following.watch.next(task);
    const reply = await ask(following, "tasks/get");
    [task, text] = [taskIn(reply, following), reply.text];
  }
}

function inner(kind: "result" | "error", text: string, value: Json): UpstreamReply {
  return { kind, text: members(text).get(kind) ?? "{}", value };
}

function openRequests(text: string, answered: Set<string>): string | undefined {
  const requests = members(text).get("inputRequests");
  if (!requests?.startsWith("{")) return undefined;
  const fresh = [...members(requests)].filter(([key]) => !answered.has(key));
  for (const [key] of fresh) answered.add(key);
  if (fresh.length === 0) return undefined;
  return `{${fresh.map(([key, request]) => `${JSON.stringify(key)}:${request}`).join(",")}}`;
}

async function bring(following: Following, requests: string): Promise<void> {
  const { context, upstream } = following;
  const responses = await context.ask(inputRequired(requests), upstream);
  following.beforeRound();
  const reply = await ask(following, "tasks/update", true, { inputResponses: responses ?? "{}" });
  taskIn(reply, following);
}

function tell({ context }: Following, { status, statusMessage }: JsonObject): TaskStatus {
  const now = STATUSES.find((known) => known === status) ?? "working";
  const message = typeof statusMessage === "string" ? statusMessage : undefined;
  // How it ended is for the result to say.
  if (now === "working" || now === "input_required") context.task?.setStatus(now, message);
  return now;
}

const STATUSES: readonly TaskStatus[] = ["working", "input_required", "completed", "failed", "cancelled"];

async function ask(
  following: Following,
  method: string,
  isForCaller = true,
  more: Readonly<Record<string, string>> = {},
): Promise<UpstreamReply> {
  const { upstream, context, id, life } = following;
  if (life !== lifeOf(upstream)) throw lost(following);
  const meta = JSON.stringify({ [META_KEYS.clientCapabilities]: context.client.capabilities });
  const rest = Object.entries(more).map(([key, text]) => `,"${key}":${text}`);
  const own = context.client.era === "modern" ? `,"_meta":${meta}` : "";
  const params = `{"taskId":${JSON.stringify(id)}${rest.join("")}${own}}`;
  const recheck = async () => {
    throw lost(following);
  };
  return upstream.request({ method, params, recheck, ...(isForCaller && { signal: context.signal }) });
}

function taskIn(reply: UpstreamReply, following: Following): JsonObject {
  if (reply.kind === "result" && isJsonObject(reply.value)) return reply.value;
  const said = isJsonObject(reply.value) ? reply.value.message : undefined;
  throw endedBy(following, `lost the task${typeof said === "string" ? `: ${said}` : ""}`);
}

function lost(following: Following): PreloopError {
  return endedBy(following, "was restarted and lost the task");
}

function endedBy(following: Following, what: string): PreloopError {
  following.hasEnded = true;
  return new PreloopError("upstream_failed", `${following.upstream.name} ${what}.`);
}
