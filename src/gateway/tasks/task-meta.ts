import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { META_KEYS, members, TASKS_EXTENSION, TASKS_REVISION, withMember } from "#protocol";
import type { ClientProfile } from "#upstreams";
import type { Incoming } from "../request.ts";
import type { Task } from "./task.ts";

const POLL_MS = 1_000;

/** True for a client of the revision that declares a task with `params.task`. */
export function knowsTasks({ era, protocolVersion }: ClientProfile): boolean {
  return era === "legacy" && protocolVersion === TASKS_REVISION;
}

/** True for a call that its client declares a task. */
export function declaresTask({ client, request }: Incoming): boolean {
  return knowsTasks(client) && isJsonObject(request.params.task);
}

/** True for a modern request that says it can be answered with a task. */
export function takesTasks({ era, capabilities }: ClientProfile): boolean {
  const { extensions } = capabilities;
  return era === "modern" && isJsonObject(extensions) && isJsonObject(extensions[TASKS_EXTENSION]);
}

/** True for a call that is a task, or may be answered with one. */
export function mayBeTask(incoming: Incoming): boolean {
  return takesTasks(incoming.client) || declaresTask(incoming);
}

/** @throws capability_missing unless the request declares the extension */
export function requireExtension(client: ClientProfile): void {
  if (takesTasks(client)) return;
  throw new PreloopError("capability_missing", `Missing required client capability: ${TASKS_EXTENSION}`, {
    data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
  });
}

/** The task as revision 2025-11-25 describes it. */
export function legacyTask(task: Task): JsonObject {
  return { ...common(task), ttl: task.ttlMs, pollInterval: POLL_MS };
}

/** The task as the extension of 2026-07-28 describes it, without what its status adds. */
export function modernTask(task: Task): JsonObject {
  return { ...common(task), ttlMs: task.ttlMs, pollIntervalMs: POLL_MS };
}

function common({ id, status, message, createdAt, updatedAt }: Task): JsonObject {
  return {
    taskId: id,
    status,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: createdAt.toISOString(),
    lastUpdatedAt: updatedAt.toISOString(),
  };
}

/** The params or result with the task it belongs to set, or taken out; every other byte stays. */
export function withRelatedTask(text: string, taskId: string | undefined): string {
  const meta = members(text).get("_meta");
  if (taskId === undefined) {
    if (!meta?.startsWith("{") || !members(meta).has(META_KEYS.relatedTask)) return text;
    const rest = withMember(meta, META_KEYS.relatedTask, undefined);
    return withMember(text, "_meta", members(rest).size === 0 ? undefined : rest);
  }
  const base = meta?.startsWith("{") ? meta : "{}";
  return withMember(text, "_meta", withMember(base, META_KEYS.relatedTask, JSON.stringify({ taskId })));
}

/** The id of the task that a message says it belongs to. */
export function relatedTaskOf(text: string | undefined): string | undefined {
  const meta = text === undefined ? undefined : members(text).get("_meta");
  const related = meta?.startsWith("{") ? members(meta).get(META_KEYS.relatedTask) : undefined;
  const value = related === undefined ? undefined : (JSON.parse(related) as unknown);
  return isJsonObject(value) && typeof value.taskId === "string" ? value.taskId : undefined;
}
