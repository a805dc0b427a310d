import { type CancelSignal, createInFlight, type Json, type Log, PreloopError } from "#base";
import { composeRequest, type Frame, member, type RpcId } from "#protocol";
import { type MetaEdit, withMeta } from "../era/meta.ts";
import { type Failure, failed } from "../failure.ts";
import type { UpstreamReply, UpstreamRequest } from "../types.ts";
import type { Transport } from "./transport.ts";

/** The requests under way at a server: their ids, their progress, and how each of them ends. */
export interface PendingRequests {
  ask(request: UpstreamRequest): Promise<UpstreamReply>;
  waits(id: number): boolean;
  answer(frame: Extract<Frame, { kind: "result" | "error" }>): void;
  /** False when no such request is under way. */
  fail(id: RpcId | null, failure: Failure, sent?: boolean): boolean;
  progress(token: Json | undefined, params: string | undefined): void;
  /** The server ends a subscription, the one request of ours that it may end by a notification. */
  endSubscription(id: RpcId): void;
  failAll(failure: Failure): void;
}

/** The means of asking a server. */
export interface PendingRequestsOptions {
  readonly name: string;
  readonly log: Log;
  readonly timeoutMs?: number | undefined;
  readonly transport: () => Transport;
  readonly cancel: (id: number, reason: string) => void;
}

interface Pending {
  readonly request: UpstreamRequest;
  readonly resolve: (reply: UpstreamReply) => void;
  readonly reject: (error: PreloopError) => void;
  onAbort: (() => void) | undefined;
  timer: NodeJS.Timeout | undefined;
}

// Node fires a timer that is longer than this at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NO_TOKEN: readonly MetaEdit[] = [["progressToken", undefined]];
const SUBSCRIPTION = "subscriptions/listen";

/** No request under way. */
export function createPendingRequests(options: PendingRequestsOptions): PendingRequests {
  const { name, log } = options;
  const pending = createPendingTable(options);
  const lingering = createLingering();
  let lastId = 0;
  return {
    ask(request) {
      const { method, onProgress } = request;
      if (request.signal?.aborted) return Promise.reject(cancelled(method));
      const id = ++lastId;
      // The token is ours or there is none: the client's own could be equal to one of ours.
      const params = withMeta(request.params, onProgress ? [["progressToken", String(id)]] : NO_TOKEN);
      return new Promise((resolve, reject) => {
        pending.add(id, { request, resolve, reject, onAbort: undefined, timer: undefined });
        options.transport().send(composeRequest({ id, method, params }), { id, method, params });
        request.onSent?.();
      });
    },
    waits: pending.has,
    answer(frame) {
      const asked = pending.take(frame.id);
      // Late answers to cancelled requests, second answers and answers to nobody are common, and nobody's.
      if (!asked) return log.debug("an answer to no request", { server: name, id: frame.id });
      const { progressUntil } = asked.request;
      if (progressUntil) lingering.add(frame.id as number, asked.request, progressUntil);
      const text = member(frame.text, frame.kind) ?? "null";
      const value = frame.kind === "result" ? frame.result : (frame.error as unknown as Json);
      asked.resolve({ kind: frame.kind, text, value });
    },
    fail(id, failure, sent = true) {
      const asked = pending.take(id);
      asked?.reject(failed(name, failure, sent));
      return asked !== undefined;
    },
    progress(token, params) {
      const asked = typeof token === "number" ? pending.get(token) : undefined;
      asked?.timer?.refresh();
      const request = asked?.request ?? (typeof token === "number" ? lingering.get(token) : undefined);
      request?.onProgress?.(params ?? "{}");
    },
    endSubscription(id) {
      const ours = typeof id === "number" && pending.get(id)?.request.method === SUBSCRIPTION;
      if (ours) pending.take(id)?.reject(failed(name, { reason: "ended a subscription" }, true));
    },
    failAll(failure) {
      for (const id of pending.ids()) pending.take(id)?.reject(failed(name, failure, true));
    },
  };
}

/** The requests that wait for an answer, each until its caller gives up or its time is over. */
function createPendingTable({ name, timeoutMs, cancel }: PendingRequestsOptions) {
  const pending = createInFlight<number, Pending>();

  function take(id: RpcId | null): Pending | undefined {
    const found = typeof id === "number" ? pending.take(id) : undefined;
    if (!found) return undefined;
    if (found.onAbort) found.request.signal?.removeEventListener("abort", found.onAbort);
    clearTimeout(found.timer);
    return found;
  }
  function giveUp(id: number, reason: string, error: () => PreloopError): void {
    const given = take(id);
    if (!given) return;
    cancel(id, reason);
    given.reject(error());
  }

  return {
    take,
    has: pending.has,
    get: pending.get,
    ids: pending.keys,
    add(id: number, asked: Pending): void {
      pending.set(id, asked);
      const { method, signal } = asked.request;
      if (signal) {
        asked.onAbort = () => giveUp(id, "the caller cancelled it", () => cancelled(method));
        signal.addEventListener("abort", asked.onAbort);
      }
      if (timeoutMs === undefined || method === SUBSCRIPTION) return;
      const late = () => failed(name, { reason: `did not answer ${method} within ${timeoutMs} ms` }, true);
      asked.timer = setTimeout(() => giveUp(id, "timed out", late), Math.min(timeoutMs, LONGEST_TIMER_MS));
    },
  };
}

/** The requests that were answered with a task, and are worked on. */
function createLingering() {
  const lingering = new Map<number, UpstreamRequest>();
  return {
    get: (id: number) => lingering.get(id),
    add(id: number, request: UpstreamRequest, until: CancelSignal): void {
      if (until.aborted) return;
      lingering.set(id, request);
      until.addEventListener("abort", () => lingering.delete(id), { once: true });
    },
  };
}

function cancelled(method: string): PreloopError {
  return new PreloopError("request_cancelled", `${method} was cancelled`);
}
