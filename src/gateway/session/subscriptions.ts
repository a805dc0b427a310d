import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { composeNotification, META_KEYS, members, type RpcId, withMember } from "#protocol";

/** How a task stands, told to whoever named it (modelcontextprotocol/ext-tasks, 2026-07-28). */
const TASKS = "notifications/tasks";

/** Which member of a subscription's filter lets a notification through. */
const FILTERS: Readonly<Record<string, string>> = {
  "notifications/tools/list_changed": "toolsListChanged",
  "notifications/prompts/list_changed": "promptsListChanged",
  "notifications/resources/list_changed": "resourcesListChanged",
};

/** The `subscriptions/listen` streams of one modern client (2026-07-28, basic/subscriptions). */
export interface Subscriptions {
  /** Opens a stream, whose first message is the acknowledgement; returns the URIs it watches. @throws params_invalid */
  listen(id: RpcId, params: JsonObject): readonly string[];
  /** Ends a stream; false when the id is none. */
  cancel(id: RpcId): boolean;
  /** True for notifications a modern client only gets on a stream it opened. */
  governs(method: string): boolean;
  publish(method: string, params: string | undefined): void;
  /** URIs that streams watch. */
  watched(): readonly string[];
}

export function createSubscriptions(send: (line: string, about: RpcId) => void): Subscriptions {
  const streams = new Map<RpcId, JsonObject>();

  const say = (id: RpcId, method: string, params: string) => {
    const given = members(params).get("_meta");
    const meta = withMember(
      given?.startsWith("{") ? given : "{}",
      META_KEYS.subscriptionId,
      JSON.stringify(id),
    );
    send(composeNotification({ method, params: withMember(params, "_meta", meta) }), id);
  };

  return {
    listen(id, params) {
      const filter = params.notifications;
      if (!isJsonObject(filter))
        throw new PreloopError("params_invalid", "Invalid params: subscriptions/listen needs notifications");
      streams.set(id, filter);
      say(id, "notifications/subscriptions/acknowledged", JSON.stringify({ notifications: filter }));
      return watchedUris(filter);
    },
    cancel: (id) => streams.delete(id),
    governs: (method) =>
      method in FILTERS || method === "notifications/resources/updated" || method === TASKS,
    publish(method, params = "{}") {
      for (const [id, filter] of streams) if (accepts(filter, method, params)) say(id, method, params);
    },
    watched: () => [...streams.values()].flatMap(watchedUris),
  };
}

function accepts(filter: JsonObject, method: string, params: string): boolean {
  const member = FILTERS[method];
  if (member !== undefined) return filter[member] === true;
  const { uri, taskId } = JSON.parse(params) as { uri?: string; taskId?: string };
  if (method === TASKS) return Array.isArray(filter.taskIds) && filter.taskIds.includes(taskId ?? null);
  return uri !== undefined && watchedUris(filter).includes(uri);
}

function watchedUris(filter: JsonObject): string[] {
  const uris = filter.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri): uri is string => typeof uri === "string") : [];
}
