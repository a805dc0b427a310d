import { isJsonObject, messageOf, PreloopError } from "#base";
import { composeRequest } from "#protocol";
import type { SessionCallServices } from "../call/call-services.ts";
import { openContext } from "../context/open-context.ts";
import type { Handled, Incoming } from "../request.ts";
import { requireExtension } from "../tasks/task-meta.ts";
import type { Notifications } from "./notifications.ts";
import { type PassOnParts, passAll } from "./pass-on.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The parts of a session that a stream needs. */
export interface ListenParts extends PassOnParts {
  readonly subscriptions: Subscriptions;
  readonly notifications: Notifications;
}

/**
 * A `subscriptions/listen` (2026-07-28, basic/subscriptions): a stream that stays open until it is cancelled, so its
 * request is never answered while it lives. @throws capability_missing, params_invalid
 */
export async function listen(
  incoming: Incoming,
  services: SessionCallServices,
  parts: ListenParts,
): Promise<Handled> {
  const { request, client, signal } = incoming;
  const { subscriptions, notifications } = parts;
  const { notifications: wanted } = request.params;
  if (isJsonObject(wanted) && wanted.taskIds !== undefined) requireExtension(client);
  for (const uri of subscriptions.listen(request.id, request.params)) watch(uri, incoming, services, parts);
  return new Promise((_, reject) => {
    const end = () => {
      const before = subscriptions.watched();
      subscriptions.cancel(request.id);
      const still = new Set(subscriptions.watched());
      for (const uri of new Set(before)) if (!still.has(uri)) notifications.unwatch(uri);
      reject(new PreloopError("request_cancelled", "the subscription ended"));
    };
    signal.addEventListener("abort", end, { once: true });
  });
}

// A resource that a modern client watches is one that its server must be subscribed to, as any client would be.
function watch(uri: string, incoming: Incoming, services: SessionCallServices, parts: ListenParts): void {
  const method = "resources/subscribe";
  const params = { uri };
  const text = composeRequest({ id: incoming.request.id, method, params: JSON.stringify(params) });
  const request = { ...incoming.request, method, params, text };
  const { context } = openContext({ ...incoming, request, progressToken: undefined }, parts);
  passAll(request, context, { services, ...parts }).catch((error) =>
    services.log.debug("a resource is not watched", { uri, reason: messageOf(error) }),
  );
}
