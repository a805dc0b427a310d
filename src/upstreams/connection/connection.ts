import type { Log } from "#base";
import { composeNotification } from "#protocol";
import { type Failure, failed } from "../failure.ts";
import type { UpstreamReply, UpstreamRequest } from "../types.ts";
import { createFrameRoutes } from "./frame-routes.ts";
import { createPendingRequests } from "./pending-requests.ts";
import { createServing, type ServingOptions } from "./serving.ts";
import type { Connect, Transport } from "./transport.ts";

/** A connection's way to its server, and the owner that it asks and tells. */
export interface UpstreamConnectionOptions {
  readonly name: string;
  readonly connect: Connect;
  readonly log: Log;
  /** Longest wait for an answer; progress starts it anew. Undefined waits for ever. */
  readonly timeoutMs?: number | undefined;
  readonly onRequest: ServingOptions["onRequest"];
  readonly onNotification: (method: string, params: string | undefined) => void;
}

/** A JSON-RPC connection to a server, from connect to end. */
export interface UpstreamConnection {
  readonly transport: Transport;
  /** Resolves when the conversation is over, for whatever reason. */
  readonly ended: Promise<Failure>;
  request(request: UpstreamRequest): Promise<UpstreamReply>;
  notify(method: string, params?: string): void;
  close(): Promise<void>;
}

/** Connects, and leads every frame to where it belongs, in the order they come. */
export function createUpstreamConnection(options: UpstreamConnectionOptions): UpstreamConnection {
  const { name, log } = options;
  let over: Failure | undefined;
  let closed: Promise<void> | undefined;
  let tellEnd: (failure: Failure) => void = () => {};
  const ended = new Promise<Failure>((resolve) => {
    tellEnd = resolve;
  });
  const send = (line: string) => {
    if (!over) transport.send(line, {});
  };
  const notify = (method: string, params?: string) => {
    if (!over) transport.send(composeNotification({ method, params }), { method, params });
  };
  const cancel = (id: number, reason: string) => {
    if (!transport.drop(id)) notify("notifications/cancelled", JSON.stringify({ requestId: id, reason }));
  };
  const pendingRequests = createPendingRequests({ ...options, transport: () => transport, cancel });
  const serving = createServing({ ...options, send });
  const end = (failure: Failure) => {
    if (over) return;
    over = failure;
    pendingRequests.failAll(failure);
    serving.withdrawAll();
    tellEnd(failure);
  };
  const frames = createFrameRoutes({ ...options, pendingRequests, serving, send, note: noteOnce(name, log) });
  const transport = options.connect({
    ...frames,
    onLost: (id, failure) => void pendingRequests.fail(id, failure, failure.sent),
    waits: pendingRequests.waits,
    onEnd: end,
  });
  return {
    transport,
    ended,
    request: (request) => (over ? Promise.reject(failed(name, over, false)) : pendingRequests.ask(request)),
    notify,
    close() {
      end({ reason: "was closed" });
      closed ??= transport.close();
      return closed;
    },
  };
}

function noteOnce(server: string, log: Log): (line: string) => void {
  let noted = false;
  return (line) => {
    if (noted) return;
    noted = true;
    const message = "the server writes lines that are no JSON-RPC; they are ignored";
    log.warn(message, { server, line: line.slice(0, 200) });
  };
}
