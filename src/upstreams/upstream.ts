import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, type Log, PreloopError } from "#base";
import type { RawReply } from "#protocol";
import { createUpstreamConnection, type UpstreamConnection } from "./connection/connection.ts";
import { connector, type ServerSpec } from "./connector.ts";
import { type Conversation, converse } from "./era/conversation.ts";
import type { Memory } from "./era/era-adapter.ts";
import { handshake } from "./era/handshake.ts";
import { offeredTo } from "./era/offered.ts";
import { untagged } from "./era/subscription.ts";
import { type Failure, failed, failureOf } from "./failure.ts";
import type {
  Credentials,
  Era,
  Upstream,
  UpstreamHost,
  UpstreamReply,
  UpstreamRequest,
  UpstreamState,
} from "./types.ts";

/** What an upstream is made of. */
export interface UpstreamOptions {
  readonly name: string;
  readonly server: ServerSpec;
  readonly host: UpstreamHost;
  readonly log: Log;
  readonly clock: Clock;
  /** The environment of which servers get the harmless part. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Tokens for a remote server that asks for a login. */
  readonly credentials?: Credentials | undefined;
  readonly maxFrameBytes?: number;
  readonly times?: Partial<UpstreamTimes>;
  /** What was said to the server in an earlier life of it. */
  readonly memory?: Memory;
}

/** How long an upstream waits for what, in milliseconds. */
export interface UpstreamTimes {
  /** For the answer to a question in one era, before the other is tried as well. */
  readonly probeMs: number;
  /** For a server to introduce itself. */
  readonly openMs: number;
  /** For a server to leave, once after its stdin ended and once after SIGTERM. */
  readonly graceMs: number;
  /** Before the first new start after a failure; doubled for each failure that follows. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

const TIMES: UpstreamTimes = {
  probeMs: 5_000,
  openMs: 60_000,
  graceMs: 2_000,
  retryMs: 500,
  longestRetryMs: 60_000,
};
// A server that stayed up this long has recovered, whatever happened before.
const STABLE_MS = 30_000;

/** Starts a server, or connects to it, and keeps it usable until closed. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { name, server, host, log, clock } = options;
  const given = { ...TIMES, ...options.times };
  // Over HTTP a question that is not understood is answered with an error; only over stdio silence can mean that.
  const times = server.url === undefined ? given : { ...given, probeMs: given.openMs / 2 };
  const connect = connector({ ...options, ...times });
  const closing = new AbortController();
  const { memory = { level: undefined, watched: new Set() } } = options;
  let state: UpstreamState = { kind: "starting" };
  let wakers: (() => void)[] = [];
  let connection: UpstreamConnection | undefined;
  let conversation: Conversation | undefined;
  let verdict: Era | undefined;
  let lastSaid: string | undefined;

  const become = (next: UpstreamState) => {
    if (state.kind === "closed" || (state.kind === "starting" && next.kind === "starting")) return;
    state = next;
    if (next.kind !== "starting") {
      for (const wake of wakers) wake();
      wakers = [];
    }
    host.onState(upstream, next);
  };
  const hear = (method: string, params: string | undefined) => {
    const modern = conversation?.profile.era === "modern";
    if (modern && method === "notifications/subscriptions/acknowledged") return;
    host.onNotification(upstream, method, modern ? untagged(params) : params);
  };
  const serve = (method: string, params: string | undefined, signal: AbortSignal): Promise<RawReply> =>
    host.onRequest(upstream, method, params, signal);
  /** One connection from start to end; "again" asks for the next one at once. */
  const connectOnce = async (): Promise<Failure | "again"> => {
    const now = createUpstreamConnection({
      name,
      connect,
      log,
      timeoutMs: server.timeoutMs,
      onRequest: serve,
      onNotification: hear,
    });
    connection = now;
    try {
      const met = await Promise.race([host.client, now.ended]);
      if ("reason" in met) return met;
      const client = { ...met, capabilities: offeredTo(server, met.capabilities) };
      const first = verdict ?? now.transport.era ?? client.era;
      const outcome = await handshake(now, client, first, times);
      verdict =
        outcome.kind === "legacy-only" ? "legacy" : outcome.kind === "open" ? outcome.profile.era : undefined;
      if (outcome.kind === "legacy-only") return "again";
      if (outcome.kind === "refused") return outcome;
      const { profile } = outcome;
      conversation = converse({
        name,
        connection: now,
        profile,
        client,
        memory,
        switches: server,
        log,
        retryMs: times.retryMs,
      });
      lastSaid = undefined;
      become({ kind: "ready", profile });
      const failure = await now.ended;
      return failure.sessionGone ? "again" : failure;
    } catch (error) {
      verdict = undefined;
      const failure = failureOf(error);
      return failure.otherTransport ? "again" : failure;
    } finally {
      conversation = undefined;
    }
  };
  const live = async () => {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      const since = clock.ticksMs();
      const failure = await connectOnce();
      if (failure !== "again") goDown(failure);
      await connection?.close();
      if (closing.signal.aborted || (failure !== "again" && failure.final)) return;
      if (failure !== "again") {
        if (clock.ticksMs() - since > STABLE_MS) failures = 0;
        const pause = Math.min(times.retryMs * 2 ** failures, times.longestRetryMs);
        // Servers that went down together do not come back in step.
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: closing.signal }).catch(() => {});
      }
      become({ kind: "starting" });
    }
  };
  const goDown = ({ reason, final = false }: Failure) => {
    if (state.kind === "closed") return;
    // It is tried again and again; what is said once need not be said again until it was up or fails differently.
    if (reason !== lastSaid) log.warn("a server is down", { server: name, reason });
    else log.debug("a server is still down", { server: name, reason });
    lastSaid = reason;
    become({ kind: "down", reason, final });
  };

  const settled = (graceMs: number) =>
    new Promise<UpstreamState>((resolve) => {
      if (state.kind !== "starting") return resolve(state);
      const timer = setTimeout(() => resolve(state), graceMs);
      wakers.push(() => {
        clearTimeout(timer);
        resolve(state);
      });
    });
  const askWhenReady = async (request: UpstreamRequest): Promise<UpstreamReply> => {
    const { signal } = request;
    const aborted = new Promise<void>((resolve) =>
      signal?.addEventListener("abort", () => resolve(), { once: true }),
    );
    await Promise.race([settled(times.openMs), aborted]);
    const met = signal?.aborted ? undefined : conversation;
    if (met) await request.recheck?.();
    if (signal?.aborted) throw new PreloopError("request_cancelled", `${request.method} was cancelled`);
    // A server that ended meanwhile refuses: what was looked at is not the one after it.
    if (met) return met.ask(request);
    throw failed(name, { reason: reasonOf(state) }, false);
  };
  // A remote server that forgot the session did not run the request; the next session may.
  const askOverSessions = async (
    conversation: Conversation,
    request: UpstreamRequest,
  ): Promise<UpstreamReply> => {
    try {
      return await conversation.ask(request);
    } catch (error) {
      if (!failureOf(error).sessionGone) throw error;
      await conversation.connection.ended;
      become({ kind: "starting" });
      return askWhenReady(request);
    }
  };

  const upstream: Upstream = {
    name,
    get state() {
      return state;
    },
    settled,
    request(request) {
      if (!conversation) return askWhenReady(request);
      return server.url === undefined ? conversation.ask(request) : askOverSessions(conversation, request);
    },
    notify(method, params) {
      conversation?.notify(method, params);
    },
    pause: () => connection?.transport.pause?.(),
    resume: () => connection?.transport.resume?.(),
    async close() {
      closing.abort();
      become({ kind: "closed" });
      await connection?.close();
      await living;
    },
  };
  // The first connection is made at once, but nobody hears of it before they have got this upstream.
  const living = Promise.resolve().then(live);
  return upstream;
}

function reasonOf(state: UpstreamState): string {
  if (state.kind === "down") return `is down: it ${state.reason}`;
  return state.kind === "closed" ? "is closed" : "has not started yet";
}
