import type { Log } from "#base";
import {
  composeError,
  composeNotification,
  type Frame,
  member,
  RPC_CODES,
  type RpcId,
  readFrame,
} from "#protocol";
import { type Failure, failed } from "../failure.ts";
import type { UpstreamReply, UpstreamRequest } from "../types.ts";
import { createPendingRequests } from "./pending-requests.ts";
import { createServing, type ServingOptions } from "./serving.ts";
import type { Connect, Transport } from "./transport.ts";

/** What a connection asks of and tells its owner. */
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
  const note = noteOnce(name, log);

  const hear = ({ method, params, text }: Extract<Frame, { kind: "notification" }>) => {
    const raw = member(text, "params");
    if (method === "notifications/progress") return pendingRequests.progress(params.progressToken, raw);
    if (method !== "notifications/cancelled") return options.onNotification(method, raw);
    const id = params.requestId as RpcId;
    serving.withdraw(id);
    pendingRequests.endSubscription(id);
  };
  const malformed = ({ id, code, message }: Extract<Frame, { kind: "malformed" }>, text: string) => {
    if (id !== null && text.includes('"method"')) send(composeError(id, { code, message }));
    else if (pendingRequests.fail(id, { reason: `sent an answer that is no JSON-RPC: ${message}` })) return;
    note(text);
  };
  const dispatch = (frame: Frame, text: string) => {
    switch (frame.kind) {
      case "result":
      case "error":
        pendingRequests.answer(frame);
        break;
      case "notification":
        hear(frame);
        break;
      case "request":
        serving.serve(frame);
        break;
      case "malformed":
        malformed(frame, text);
    }
  };
  const end = (failure: Failure) => {
    if (over) return;
    over = failure;
    pendingRequests.failAll(failure);
    serving.withdrawAll();
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
      log.warn(message, { server: name });
      if (isCall && id !== null) send(composeError(id, { code: RPC_CODES.invalidRequest, message }));
      else if (!isCall) pendingRequests.fail(id, { reason: `sent an answer too large: ${message}` });
    },
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
