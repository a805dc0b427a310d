import { isJsonObject } from "#base";
import type { RpcId } from "#protocol";
import type { Answer } from "./answer.ts";
import type { Events } from "./events.ts";
import { isReplyTo } from "./frames.ts";

/** The router of one legacy session's frames: to the POST they belong to, or to the stream that a GET opened. */
export interface MessageRouter {
  deliver(line: string, about?: RpcId): void;
  /** An answer has begun to wait for these requests; `isCall` when a tool call is among them. */
  expect(ids: readonly RpcId[], answer: Answer, isCall: boolean): void;
  forget(ids: readonly RpcId[]): void;
  waits(id: RpcId): boolean;
  /** The client opened its stream; one that was open before is ended. */
  open(events: Events): void;
  shut(events: Events): void;
  close(): void;
}

interface Waiting {
  readonly answer: Answer;
  readonly isCall: boolean;
}

// A client without a stream that asks for nothing either is told no more than this when it comes back.
const MAX_KEPT = 1_000;
const MAX_KEPT_LENGTH = 4 * 1024 * 1024;

export function createMessageRouter(): MessageRouter {
  const waiting = new Map<RpcId, Waiting>();
  let events: Events | undefined;
  let kept: string[] = [];
  let keptLength = 0;

  /**
   * A server over stdio does not say to which of its calls a question or a log line belongs. The oldest call is as good
   * a guess as any, and its stream is one that every client reads.
   */
  function tellAnywhere(line: string): boolean {
    if (!isUnrelated(line))
      for (const { answer, isCall } of waiting.values()) if (isCall && answer.tell(line)) return true;
    events?.send(line);
    return events !== undefined;
  }
  function keep(line: string): void {
    kept.push(line);
    keptLength += line.length;
    while (kept.length > MAX_KEPT || keptLength > MAX_KEPT_LENGTH) keptLength -= kept.shift()?.length ?? 0;
  }
  function tellKept(): void {
    const lines = kept;
    kept = [];
    keptLength = 0;
    for (const line of lines) if (!tellAnywhere(line)) keep(line);
  }

  return {
    deliver(line, about) {
      if (about === undefined) {
        if (!tellAnywhere(line)) keep(line);
        return;
      }
      const answer = waiting.get(about)?.answer;
      if (isReplyTo(about, line)) answer?.reply(about, line);
      else if (!answer?.tell(line)) events?.send(line);
    },
    expect(ids, answer, isCall) {
      for (const id of ids) waiting.set(id, { answer, isCall });
      if (isCall && kept.length > 0) tellKept();
    },
    forget(ids) {
      for (const id of ids) waiting.delete(id);
    },
    waits: (id) => waiting.has(id),
    open(opened) {
      events?.end();
      events = opened;
      tellKept();
    },
    shut(closed) {
      if (events === closed) events = undefined;
    },
    close() {
      for (const { answer } of waiting.values()) answer.end();
      events?.end();
    },
  };
}

// What has to do with no request belongs on the client's own stream (2025-11-25, basic/transports).
function isUnrelated(line: string): boolean {
  const frame: unknown = JSON.parse(line);
  const method = isJsonObject(frame) ? frame.method : undefined;
  return (
    typeof method === "string" &&
    (method.endsWith("/list_changed") || method === "notifications/resources/updated")
  );
}
