import { randomBytes } from "node:crypto";
import { type Log, systemClock } from "#base";
import type { SessionRef } from "#model";
import { composeNotification, type RpcId } from "#protocol";
import type { ClientProfile, UpstreamHost } from "#upstreams";
import { createCallRequests } from "../call/call-request.ts";
import type { CallServices } from "../call/call-services.ts";
import { createCatalog } from "../catalog/catalog.ts";
import { createListings } from "../catalog/listings.ts";
import type { ServedUpstream } from "../catalog/offers.ts";
import type { ContextParts } from "../context/open-context.ts";
import { ROUND_TRIP_MS } from "../context/round-trip-limits.ts";
import { createRoundTrips } from "../context/round-trips.ts";
import { createDirectRequests } from "../server-requests/direct.ts";
import { createPiggybackRequests } from "../server-requests/piggyback.ts";
import { createServerRequests } from "../server-requests/server-requests.ts";
import { createTasks, type Tasks } from "../tasks/tasks.ts";
import { type ClientIdentity, createClientIdentity } from "./client-identity.ts";
import type { DispatchParts } from "./dispatch.ts";
import type { Presentation } from "./initialize.ts";
import { createInstructions } from "./instructions.ts";
import { createLoad, SESSION_LOAD } from "./load.ts";
import { createLogLevels, type LogLevels } from "./log-levels.ts";
import { createNotifications, type Notifications } from "./notifications.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** The ends that a session connects: its client, its servers and its services. */
export interface SessionOptions {
  readonly ref: () => SessionRef;
  /** Sends one frame to the client; `about` is the request it belongs to, where it belongs to one. */
  readonly send: (line: string, about?: RpcId) => void;
  /** Builds the servers; they start at once and are introduced to the client when it has spoken. */
  readonly open: (host: UpstreamHost) => readonly ServedUpstream[];
  /** Called once, when the client has said who it is. */
  readonly onClient: (client: ClientProfile) => CallServices;
  readonly presentation: Presentation;
  /** Signs the states handed to modern clients; without one they are signed with a key of the session's own. */
  readonly signingKey?: Uint8Array;
  readonly log: Log;
}

/** The living parts of one session. */
export interface SessionParts extends DispatchParts {
  readonly levels: LogLevels;
}

/** The parts of a session in the order in which they need each other. */
export function createSessionParts(options: SessionOptions): SessionParts {
  const { ref, send, log, presentation } = options;
  const identity = createClientIdentity(options.onClient);
  const contextParts = createContextParts(options, identity);
  const subscriptions = createSubscriptions(send);
  const notify = (method: string, params: string) => send(composeNotification({ method, params }));
  const tasks = createTasks({ ...contextParts, notify, publish: subscriptions.publish, clock: systemClock });
  // Servers are heard once they have been made, so what they say finds the parts that are made after them.
  const served = options.open(hostOf({ identity, contextParts, tasks, notifications: () => notifications }));
  const catalog = createCatalog({ served, onLate: (listing) => notifications.listChanged(listing), log });
  const levels = createLogLevels();
  const notifications: Notifications = createNotifications({
    catalog,
    subscriptions,
    send,
    log,
    levels,
    era: () => identity.profile()?.era,
    knowsLink: contextParts.serverRequests.knowsLink,
  });
  return {
    ...contextParts,
    ref,
    presentation,
    identity,
    upstreams: served.map(({ upstream }) => upstream),
    instructions: createInstructions(),
    catalog,
    listings: createListings(catalog),
    notifications,
    subscriptions,
    tasks,
    levels,
    makeCallRequest: createCallRequests(ref),
    callLoad: createLoad("This session", SESSION_LOAD),
  };
}

/** The ways in which a client can be asked. */
function createContextParts(
  { ref, send, log, signingKey }: SessionOptions,
  { profile, services }: ClientIdentity,
): ContextParts {
  return {
    directRequests: createDirectRequests(send),
    piggybackRequests: createPiggybackRequests(),
    serverRequests: createServerRequests({ client: profile, services, ref, log }),
    roundTrips: createRoundTrips({
      key: signingKey ?? randomBytes(32),
      clock: systemClock,
      ttlMs: ROUND_TRIP_MS,
    }),
  };
}

interface HostParts {
  readonly identity: ClientIdentity;
  readonly contextParts: ContextParts;
  readonly tasks: Tasks;
  readonly notifications: () => Notifications;
}

/** The client's side of the servers. */
function hostOf({ identity, contextParts, tasks, notifications }: HostParts): UpstreamHost {
  const { serverRequests, piggybackRequests, directRequests } = contextParts;
  return {
    client: identity.introduced,
    onRequest: (upstream, method, params, signal) =>
      serverRequests.ask({ upstream, method, params, signal }, (question) =>
        tasks.onServerRequest(
          question,
          identity.profile()?.era === "modern" ? piggybackRequests.ask : directRequests.ask,
        ),
      ),
    onNotification(upstream, method, params) {
      if (!tasks.onNotification(upstream, method, params))
        notifications().onNotification(upstream, method, params);
    },
    onState: (upstream, state) => notifications().onState(upstream, state),
  };
}
