import { type Json, type Log, messageOf, PreloopError } from "#base";
import {
  composeError,
  composeNotification,
  composeReply,
  composeRequest,
  type Frame,
  members,
  type RawReply,
  type RpcId,
  readFrame,
} from "#jsonrpc";
import { withMeta } from "./meta.ts";
import type { Connect, Failure, Transport } from "./transport.ts";
import type { UpstreamReply, UpstreamRequest } from "./types.ts";

/** What a link asks of and tells its owner. */
export interface LinkOptions {
  readonly name: string;
  readonly connect: Connect;
  readonly log: Log;
  /** Longest wait for an answer; progress starts it anew. Undefined waits for ever. */
  readonly timeoutMs?: number | undefined;
  /** A request of the server's; `undefined` leaves it unanswered. */
  readonly onRequest: (
    method: string,
    params: string | undefined,
    signal: AbortSignal,
  ) => Promise<RawReply> | undefined;
  readonly onNotification: (method: string, params: string | undefined) => void;
}

// Node fires a timer that is longer than this at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Notification = Extract<Frame, { kind: "notification" }>;
type Answer = Extract<Frame, { kind: "result" | "error" }>;

/** One JSON-RPC conversation with a server, from connect to end: ids, answers, progress and cancellation. */
export interface Link {
  readonly transport: Transport;
  /** Resolves when the conversation is over, for whatever reason. */
  readonly ended: Promise<Failure>;
  request(request: UpstreamRequest): Promise<UpstreamReply>;
  notify(method: string, params?: string): void;
  close(): Promise<void>;
}

interface Pending {
  readonly request: UpstreamRequest;
  readonly settle: () => void;
  readonly resolve: (reply: UpstreamReply) => void;
  readonly reject: (error: PreloopError) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Connects, and keeps the books of what is under way. */
export function createLink(options: LinkOptions): Link {
  const { name, log } = options;
  const pending = new Map<number, Pending>();
  const theirs = new Map<RpcId, AbortController>();
  let lastId = 0;
  let over: Failure | undefined;
  let noted = false;
  let closed: Promise<void> | undefined;
  let tellEnd: (failure: Failure) => void = () => {};
  const ended = new Promise<Failure>((resolve) => {
    tellEnd = resolve;
  });

  const take = (id: RpcId | null): Pending | undefined => {
    const found = typeof id === "number" ? pending.get(id) : undefined;
    if (!found) return undefined;
    pending.delete(id as number);
    found.settle();
    return found;
  };
  const answer = (frame: Answer) => {
    const asked = take(frame.id);
    // Late answers to cancelled requests, second answers and answers to nobody are common, and nobody's.
    if (!asked) return log.debug("answer to no request", { server: name, id: frame.id });
    const text = members(frame.text).get(frame.kind) ?? "null";
    const value = frame.kind === "result" ? frame.result : (frame.error as unknown as Json);
    asked.resolve({ kind: frame.kind, text, value });
  };
  const noteJunk = (what: string) => {
    if (noted) return;
    noted = true;
    log.warn("the server writes lines that are no JSON-RPC; they are ignored", { server: name, what });
  };
  const malformed = (frame: Extract<Frame, { kind: "malformed" }>, text: string) => {
    const asked = text.includes('"method"') ? undefined : take(frame.id);
    if (asked)
      asked.reject(failed(name, { reason: `sent an answer that is no JSON-RPC: ${frame.message}` }, true));
    else noteJunk(text.slice(0, 200));
  };
  const serve = (frame: Extract<Frame, { kind: "request" }>) => {
    const { id, method } = frame;
    if (method === "ping") return send(composeReply(id, { kind: "result", text: "{}" }));
    if (theirs.has(id)) return log.warn("the server used an id twice", { server: name, id, method });
    const abort = new AbortController();
    const promise = options.onRequest(method, paramsOf(frame), abort.signal);
    if (!promise) return log.warn("the server may not ask this", { server: name, method });
    theirs.set(id, abort);
    promise
      .then(
        (reply) => composeReply(id, reply),
        (error: unknown) => composeError(id, rpcErrorOf(error)),
      )
      .then((line) => {
        if (theirs.delete(id) && !over) send(line);
      });
  };
  // A server takes back a request of its own, or ends a subscription, the one request of ours it may end like this.
  const withdraw = (id: RpcId) => {
    const abort = theirs.get(id);
    theirs.delete(id);
    abort?.abort();
    if (typeof id !== "number" || pending.get(id)?.request.method !== "subscriptions/listen") return;
    take(id)?.reject(failed(name, { reason: "ended a subscription" }, true));
  };
  const hear = (frame: Notification) => {
    const { method, params } = frame;
    if (method === "notifications/progress") {
      const asked = typeof params.progressToken === "number" ? pending.get(params.progressToken) : undefined;
      asked?.timer?.refresh();
      asked?.request.onProgress?.(paramsOf(frame) ?? "{}");
      return;
    }
    if (method === "notifications/cancelled") return withdraw(params.requestId as RpcId);
    options.onNotification(method, paramsOf(frame));
  };
  const dispatch = (frame: Frame, text: string) => {
    switch (frame.kind) {
      case "result":
      case "error":
        return answer(frame);
      case "notification":
        return hear(frame);
      case "request":
        return serve(frame);
      case "malformed":
        return malformed(frame, text);
    }
  };
  const end = (failure: Failure) => {
    if (over) return;
    over = failure;
    for (const id of [...pending.keys()]) take(id)?.reject(failed(name, failure, true));
    for (const abort of theirs.values()) abort.abort();
    theirs.clear();
    tellEnd(failure);
  };

  const transport = options.connect({
    onFrame(text) {
      const frame = readFrame(text);
      if (Array.isArray(frame)) for (const one of frame) dispatch(one, text);
      else dispatch(frame, text);
    },
    onOversize(id, bytes, isCall) {
      const message = `a frame of ${bytes} bytes is more than preloop carries`;
      if (isCall && id !== null) send(composeError(id, { code: -32600, message }));
      else if (!isCall)
        take(id)?.reject(failed(name, { reason: `sent an answer too large: ${message}` }, true));
      log.warn("a frame was too large", { server: name, bytes });
    },
    onLost(id, failure) {
      take(id)?.reject(failed(name, failure, failure.sent));
    },
    waits: (id) => pending.has(id),
    onEnd: end,
  });
  const send = (line: string) => transport.send(line, {});

  const giveUp = (id: number, reason: string): boolean => {
    if (!take(id)) return false;
    if (!transport.drop(id) && !over)
      notify("notifications/cancelled", JSON.stringify({ requestId: id, reason }));
    return true;
  };
  const notify = (method: string, params?: string) => {
    if (!over) transport.send(composeNotification({ method, params }), { method, params });
  };

  return {
    transport,
    ended,
    request(request) {
      if (over) return Promise.reject(failed(name, over, false));
      const { signal, method } = request;
      if (signal?.aborted) return Promise.reject(cancelled(method));
      const id = ++lastId;
      // The token is ours or there is none: the client's own could be equal to one of ours.
      const params = withMeta(request.params, [
        ["progressToken", request.onProgress ? String(id) : undefined],
      ]);
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          if (giveUp(id, "the caller cancelled it")) reject(cancelled(method));
        };
        const settle = () => {
          signal?.removeEventListener("abort", onAbort);
          clearTimeout(asked.timer);
        };
        const asked: Pending = { request, settle, resolve, reject, timer: undefined };
        pending.set(id, asked);
        signal?.addEventListener("abort", onAbort);
        if (options.timeoutMs !== undefined) {
          asked.timer = setTimeout(
            () => {
              const reason = `did not answer ${method} within ${options.timeoutMs} ms`;
              if (giveUp(id, "timed out")) reject(failed(name, { reason }, true));
            },
            Math.min(options.timeoutMs, LONGEST_TIMER_MS),
          );
        }
        transport.send(composeRequest({ id, method, params }), { id, method, params });
        request.onSent?.();
      });
    },
    notify,
    close() {
      end({ reason: "was closed" });
      closed ??= transport.close();
      return closed;
    },
  };
}

/** The error of a request that a server did not answer; `data.sent` tells whether it may have run. */
export function failed(server: string, failure: Failure, sent: boolean): PreloopError {
  const message = `The server "${server}" ${failure.reason}.`;
  return new PreloopError("upstream_failed", message, { data: { server, sent }, cause: failure });
}

/** What lies behind an error made by {@link failed}. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof PreloopError ? error.cause : undefined;
  return isFailure(cause) ? cause : { reason: messageOf(error) };
}

function isFailure(value: unknown): value is Failure {
  return typeof (value as Failure | undefined)?.reason === "string";
}

function cancelled(method: string): PreloopError {
  return new PreloopError("request_cancelled", `${method} was cancelled`);
}

function paramsOf(frame: { readonly text: string; readonly params: object }): string | undefined {
  return members(frame.text).get("params");
}

function rpcErrorOf(error: unknown): { code: number; message: string } {
  if (!(error instanceof PreloopError)) return { code: -32603, message: "internal error" };
  const { rpc } = error.face;
  return { code: rpc === "tool" ? -32603 : rpc, message: error.message };
}
