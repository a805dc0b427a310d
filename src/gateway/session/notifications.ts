import type { Log } from "#base";
import { composeNotification, LISTINGS, type Listing } from "#protocol";
import type { Era, Upstream, UpstreamState } from "#upstreams";
import type { Catalog } from "../catalog/catalog.ts";
import { offers } from "../catalog/offers.ts";
import type { LogLevels } from "./log-levels.ts";
import { readServerNotification } from "./server-notification.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The notifications of servers, brought to the client in the way of its era. */
export interface Notifications {
  onNotification(upstream: Upstream, method: string, params: string | undefined): void;
  onState(upstream: Upstream, state: UpstreamState): void;
  /** The client has been given a listing: it is told what comes up from now on. */
  onListed(method: string): void;
  /** No stream of a modern client watches the resource any more. */
  unwatch(uri: string): void;
  /** A listing is no longer what the client was told. */
  listChanged(listing: Listing): void;
  close(): void;
}

interface NotificationsOptions {
  readonly catalog: Catalog;
  readonly subscriptions: Subscriptions;
  readonly send: (line: string) => void;
  readonly log: Log;
  readonly era: () => Era | undefined;
  readonly levels: LogLevels;
  /** True for the id of a link that the server has asked to have opened. */
  readonly knowsLink: (server: string, elicitationId: string) => boolean;
}

// Several servers that come up together are told of once.
const GATHER_MS = 50;

const NAMES = Object.keys(LISTINGS) as readonly Listing[];
/** The listings that each notification of a change is about. */
const CHANGED: ReadonlyMap<string, readonly Listing[]> = new Map(
  NAMES.map((name) => [
    LISTINGS[name].changed,
    NAMES.filter((one) => LISTINGS[one].changed === LISTINGS[name].changed),
  ]),
);

export function createNotifications(options: NotificationsOptions): Notifications {
  const { catalog, subscriptions, send, log, era, levels, knowsLink } = options;
  const gathered = new Set<string>();
  const seenReady = new Set<Upstream>();
  const listed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (method: string, params?: string) => {
    if (era() === "modern" && method === "notifications/message" && !levels.wants(params)) return;
    if (era() === "modern" && subscriptions.governs(method)) subscriptions.publish(method, params);
    else if (era() !== undefined) send(composeNotification({ method, params }));
  };
  const gather = (method: string) => {
    gathered.add(method);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const one of gathered) tell(one);
      gathered.clear();
    }, GATHER_MS);
  };

  const unsubscribe = (uri: string) => {
    const method = "resources/unsubscribe";
    catalog
      .holderOf(uri)
      .then((holder) => holder?.request({ method, params: JSON.stringify({ uri }) }))
      .catch((error) => log.debug("a resource is still watched", { uri, reason: String(error) }));
  };

  return {
    onNotification(upstream, method, params) {
      const listings = CHANGED.get(method);
      if (!listings) {
        const known = readServerNotification({ upstream, method, params, era: era(), knowsLink });
        if (known === undefined)
          return log.debug("a notification goes no further", { server: upstream.name, method });
        return tell(method, known);
      }
      for (const listing of listings) catalog.stale(upstream, listing);
      gather(method);
    },
    onState(upstream, state) {
      if (state.kind !== "ready") return;
      catalog.stale(upstream);
      if (seenReady.has(upstream)) log.info(`${upstream.name} is back`);
      seenReady.add(upstream);
      for (const [method, listings] of CHANGED)
        if (listed.has(LISTINGS[listings[0]!].method) && offers(upstream, LISTINGS[listings[0]!].capability))
          gather(method);
    },
    unwatch: unsubscribe,
    onListed: (method) => void listed.add(method),
    listChanged(listing) {
      gather(LISTINGS[listing].changed);
    },
    close() {
      clearTimeout(timer);
    },
  };
}
