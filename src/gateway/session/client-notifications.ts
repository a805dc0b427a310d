import type { JsonObject, Log } from "#base";
import type { SessionRef } from "#model";
import type { Upstream } from "#upstreams";
import type { DirectRequests } from "../server-requests/direct.ts";
import type { ClientIdentity } from "./client-identity.ts";
import type { RequestsInFlight } from "./requests-in-flight.ts";

/** The parts of a session that a client's notifications are for. */
export interface ClientNotificationParts {
  readonly ref: () => SessionRef;
  readonly identity: ClientIdentity;
  readonly requests: RequestsInFlight;
  readonly directRequests: DirectRequests;
  readonly upstreams: readonly Upstream[];
  readonly log: Log;
}

/** Takes a notification of the client's to where it means something; `text` is its frame. */
export function takeNotification(
  { method, params, text }: { readonly method: string; readonly params: JsonObject; readonly text: string },
  parts: ClientNotificationParts,
): void {
  switch (method) {
    case "notifications/cancelled": {
      const id = params.requestId;
      if (typeof id === "string" || typeof id === "number") parts.requests.cancel(id);
      return;
    }
    case "notifications/progress":
      parts.directRequests.progress(params, text);
      return;
    case "notifications/roots/list_changed":
      tellRootsChanged(method, parts);
      return;
    // Each upstream sends its own; others have no meaning across a merge.
    case "notifications/initialized":
      return;
    default:
      parts.log.debug(`ignored ${method} from the client`);
  }
}

// It has no params of the protocol's, and what a client puts there is nobody's to hear.
function tellRootsChanged(method: string, { identity, ref, upstreams }: ClientNotificationParts): void {
  const services = identity.services();
  if (!services || services.liveGrants.isFrozen(ref().id)) return;
  for (const upstream of upstreams)
    if (!services.pins.isOff(upstream.name) && !services.pins.holdOfServer(upstream.name))
      upstream.notify(method, undefined);
}
