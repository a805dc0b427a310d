import { setTimeout as sleep } from "node:timers/promises";
import { createUpstreamConnection, type UpstreamConnection } from "./connection/connection.ts";
import type { ServingOptions } from "./connection/serving.ts";
import type { Connect } from "./connection/transport.ts";
import { type Conversation, converse } from "./era/conversation.ts";
import type { Memory } from "./era/era-adapter.ts";
import { handshake } from "./era/handshake.ts";
import { offeredTo } from "./era/offered.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { StateHolder } from "./state-holder.ts";
import type { Era } from "./types.ts";
import type { UpstreamOptions, UpstreamTimes } from "./upstream-options.ts";

/** A server's lifetime: one connection after another, until it is closed or can be reached no more. */
export interface Lifetime {
  /** The connection that is there now, opened or not. */
  readonly connection: UpstreamConnection | undefined;
  /** The server as it can be asked now. */
  readonly conversation: Conversation | undefined;
  /** Ends it; resolves when nothing of the server is left. */
  close(): Promise<void>;
}

/** The means of a lifetime. */
export interface LifetimeOptions extends Pick<UpstreamOptions, "name" | "server" | "host" | "log" | "clock"> {
  readonly times: UpstreamTimes;
  readonly connect: Connect;
  readonly memory: Memory;
  readonly holder: StateHolder;
  readonly onRequest: ServingOptions["onRequest"];
  readonly onNotification: (method: string, params: string | undefined, era: Era | undefined) => void;
}

/** What changes from connection to connection. */
interface Course {
  connection: UpstreamConnection | undefined;
  conversation: Conversation | undefined;
  /** The era in which the server was reached last. */
  verdict: Era | undefined;
  /** Why it went down last, as far as that was said. */
  lastSaid: string | undefined;
}

// A server that stayed up this long has recovered, whatever happened before.
const STABLE_MS = 30_000;

/** Begins a lifetime. The first connection is made at once, but nobody hears of it before the caller has returned. */
export function beginLifetime(options: LifetimeOptions): Lifetime {
  const closing = new AbortController();
  const course: Course = {
    connection: undefined,
    conversation: undefined,
    verdict: undefined,
    lastSaid: undefined,
  };
  const living = Promise.resolve().then(() => live(course, options, closing.signal));
  return {
    get connection() {
      return course.connection;
    },
    get conversation() {
      return course.conversation;
    },
    async close() {
      closing.abort();
      options.holder.become({ kind: "closed" });
      await course.connection?.close();
      await living;
    },
  };
}

async function live(course: Course, options: LifetimeOptions, closing: AbortSignal): Promise<void> {
  const { clock, times, holder } = options;
  for (let failures = 0; !closing.aborted; failures++) {
    const since = clock.ticksMs();
    const failure = await connectOnce(course, options);
    if (failure !== "again") goDown(failure, course, options);
    await course.connection?.close();
    if (closing.aborted || (failure !== "again" && failure.final)) return;
    if (failure !== "again") {
      if (clock.ticksMs() - since > STABLE_MS) failures = 0;
      const pause = Math.min(times.retryMs * 2 ** failures, times.longestRetryMs);
      // Servers that went down together do not come back in step.
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: closing }).catch(() => {});
    }
    holder.become({ kind: "starting" });
  }
}

/** One connection from start to end; "again" asks for the next one at once. */
async function connectOnce(course: Course, options: LifetimeOptions): Promise<Failure | "again"> {
  const { name, connect, log, server, onRequest } = options;
  const connection = createUpstreamConnection({
    name,
    connect,
    log,
    timeoutMs: server.timeoutMs,
    onRequest,
    onNotification: (method, params) =>
      options.onNotification(method, params, course.conversation?.profile.era),
  });
  course.connection = connection;
  try {
    return await useConnection(connection, course, options);
  } catch (error) {
    course.verdict = undefined;
    const failure = failureOf(error);
    return failure.otherTransport ? "again" : failure;
  } finally {
    course.conversation = undefined;
  }
}

async function useConnection(
  connection: UpstreamConnection,
  course: Course,
  { name, server, host, log, times, memory, holder }: LifetimeOptions,
): Promise<Failure | "again"> {
  const met = await Promise.race([host.client, connection.ended]);
  if ("reason" in met) return met;
  const client = { ...met, capabilities: offeredTo(server, met.capabilities) };
  const first = course.verdict ?? connection.transport.era ?? client.era;
  const outcome = await handshake(connection, client, first, times);
  course.verdict =
    outcome.kind === "legacy-only" ? "legacy" : outcome.kind === "open" ? outcome.profile.era : undefined;
  if (outcome.kind === "legacy-only") return "again";
  if (outcome.kind === "refused") return outcome;
  const { profile } = outcome;
  const { retryMs } = times;
  course.conversation = converse({
    name,
    connection,
    profile,
    client,
    memory,
    switches: server,
    log,
    retryMs,
  });
  course.lastSaid = undefined;
  holder.become({ kind: "ready", profile });
  const failure = await connection.ended;
  return failure.sessionGone ? "again" : failure;
}

function goDown({ reason, final = false }: Failure, course: Course, options: LifetimeOptions): void {
  const { name, log, holder } = options;
  if (holder.state.kind === "closed") return;
  // It is tried again and again; what is said once need not be said again until it was up or fails differently.
  if (reason !== course.lastSaid) log.warn("a server is down", { server: name, reason });
  else log.debug("a server is still down", { server: name, reason });
  course.lastSaid = reason;
  holder.become({ kind: "down", reason, final });
}
