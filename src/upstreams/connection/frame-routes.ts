import type { Log } from "#base";
import { composeError, type Frame, member, RPC_CODES, type RpcId, readFrame } from "#protocol";
import type { PendingRequests } from "./pending-requests.ts";
import type { Serving } from "./serving.ts";
import type { TransportEvents } from "./transport.ts";

/** The places that frames are led to. */
export interface FrameRouteParts {
  readonly name: string;
  readonly log: Log;
  readonly pendingRequests: PendingRequests;
  readonly serving: Serving;
  readonly onNotification: (method: string, params: string | undefined) => void;
  readonly send: (line: string) => void;
  /** Hears of lines that are no JSON-RPC. */
  readonly note: (line: string) => void;
}

/** Leads each frame of a server's to where it belongs. */
export function createFrameRoutes(parts: FrameRouteParts): Pick<TransportEvents, "onFrame" | "onOversize"> {
  const { name, log, pendingRequests, send } = parts;
  return {
    onFrame(text) {
      const frame = readFrame(text);
      if (Array.isArray(frame)) for (const one of frame) route(one, text, parts);
      else route(frame, text, parts);
    },
    onOversize(id, bytes, isCall) {
      const message = `a frame of ${bytes} bytes is more than preloop carries`;
      log.warn(message, { server: name });
      if (isCall && id !== null) send(composeError(id, { code: RPC_CODES.invalidRequest, message }));
      else if (!isCall) pendingRequests.fail(id, { reason: `sent an answer too large: ${message}` });
    },
  };
}

function route(frame: Frame, text: string, parts: FrameRouteParts): void {
  switch (frame.kind) {
    case "result":
    case "error":
      parts.pendingRequests.answer(frame);
      break;
    case "notification":
      hear(frame, parts);
      break;
    case "request":
      parts.serving.serve(frame);
      break;
    case "malformed":
      malformed(frame, text, parts);
  }
}

function hear(
  { method, params, text }: Extract<Frame, { kind: "notification" }>,
  { pendingRequests, serving, onNotification }: FrameRouteParts,
): void {
  const raw = member(text, "params");
  if (method === "notifications/progress") pendingRequests.progress(params.progressToken, raw);
  else if (method !== "notifications/cancelled") onNotification(method, raw);
  else {
    const id = params.requestId as RpcId;
    serving.withdraw(id);
    pendingRequests.endSubscription(id);
  }
}

function malformed(
  { id, code, message }: Extract<Frame, { kind: "malformed" }>,
  text: string,
  { pendingRequests, send, note }: FrameRouteParts,
): void {
  if (id !== null && text.includes('"method"')) send(composeError(id, { code, message }));
  else if (pendingRequests.fail(id, { reason: `sent an answer that is no JSON-RPC: ${message}` })) return;
  note(text);
}
