import { PreloopError } from "#base";
import { connector } from "./connector.ts";
import type { Conversation } from "./era/conversation.ts";
import { untagged } from "./era/subscription.ts";
import { failed, failureOf } from "./failure.ts";
import { beginLifetime, type Lifetime } from "./lifetime.ts";
import { createStateHolder, type StateHolder } from "./state-holder.ts";
import type { Upstream, UpstreamReply, UpstreamRequest, UpstreamState } from "./types.ts";
import { UPSTREAM_TIMES, type UpstreamOptions } from "./upstream-options.ts";

/** Starts a server, or connects to it, and keeps it usable until closed. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, server, host } = options;
  const given = { ...UPSTREAM_TIMES, ...options.times };
  // Over HTTP a question that is not understood is answered with an error; only over stdio silence can mean that.
  const times = server.url === undefined ? given : { ...given, probeMs: given.openMs / 2 };
  const holder = createStateHolder((state) => host.onState(upstream, state));
  const lifetime = beginLifetime({
    ...options,
    times,
    holder,
    memory: options.memory ?? { level: undefined, watched: new Set() },
    connect: connector({ ...options, ...times }),
    onRequest: (method, params, signal) => host.onRequest(upstream, method, params, signal),
    onNotification(method, params, era) {
      if (era === "modern" && method === "notifications/subscriptions/acknowledged") return;
      host.onNotification(upstream, method, era === "modern" ? untagged(params) : params);
    },
  });
  const asking: Asking = { name, openMs: times.openMs, holder, lifetime };
  const upstream: Upstream = {
    name,
    get state() {
      return holder.state;
    },
    settled: holder.settled,
    request(request) {
      const { conversation } = lifetime;
      if (!conversation) return askWhenReady(request, asking);
      return server.url === undefined
        ? conversation.ask(request)
        : askOverSessions(conversation, request, asking);
    },
    notify(method, params) {
      lifetime.conversation?.notify(method, params);
    },
    pause: () => lifetime.connection?.transport.pause?.(),
    resume: () => lifetime.connection?.transport.resume?.(),
    close: lifetime.close,
  };
  return upstream;
}

/** What asking a server needs that is not always up. */
interface Asking {
  readonly name: string;
  /** How long it may take to be opened. */
  readonly openMs: number;
  readonly holder: StateHolder;
  readonly lifetime: Lifetime;
}

async function askWhenReady(
  request: UpstreamRequest,
  { name, openMs, holder, lifetime }: Asking,
): Promise<UpstreamReply> {
  const { signal } = request;
  const aborted = new Promise<void>((resolve) =>
    signal?.addEventListener("abort", () => resolve(), { once: true }),
  );
  await Promise.race([holder.settled(openMs), aborted]);
  const met = signal?.aborted ? undefined : lifetime.conversation;
  if (met) await request.recheck?.();
  if (signal?.aborted) throw new PreloopError("request_cancelled", `${request.method} was cancelled`);
  // A server that ended meanwhile refuses: what was looked at is not the one after it.
  if (met) return met.ask(request);
  throw failed(name, { reason: reasonOf(holder.state) }, false);
}

// A remote server that forgot the session did not run the request; the next session may.
async function askOverSessions(
  conversation: Conversation,
  request: UpstreamRequest,
  asking: Asking,
): Promise<UpstreamReply> {
  try {
    return await conversation.ask(request);
  } catch (error) {
    if (!failureOf(error).sessionGone) throw error;
    await conversation.connection.ended;
    asking.holder.become({ kind: "starting" });
    return askWhenReady(request, asking);
  }
}

function reasonOf(state: UpstreamState): string {
  if (state.kind === "down") return `is down: it ${state.reason}`;
  return state.kind === "closed" ? "is closed" : "has not started yet";
}
