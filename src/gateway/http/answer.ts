import type { ServerResponse } from "node:http";
import type { RpcId } from "#protocol";
import { type Events, startEvents } from "./events.ts";
import { answerJson } from "./refuse.ts";

/** The format that the client accepts as an answer. */
export type Format = "json" | "events" | "either";

/** The HTTP answer to one POST: JSON when replies are all there is to say, else a stream of events. */
export interface Answer {
  /** Something about the requests that is not a reply; false when the client only takes JSON. */
  tell(line: string): boolean;
  /** The reply to one of the requests; the last one ends the answer. The status counts when it is the whole answer. */
  reply(id: RpcId, line: string, status?: number): void;
  /** Nothing more will come. */
  end(): void;
}

/** The requests to be answered, and how. */
export interface AnswerOptions {
  readonly response: ServerResponse;
  /** The requests that were posted. */
  readonly ids: readonly RpcId[];
  /** True when they came as a batch, which is answered by one. */
  readonly isBatch?: boolean;
  readonly format: Format;
  /** The answer is over: given in full, or the client left before. */
  readonly onOver: (isComplete: boolean) => void;
}

/** After this long without a word the stream is opened, so that the client knows somebody is there. */
const OPEN_AFTER_MS = 5_000;

/** Waits with the form of the answer until it is known what there is to say. */
export function createAnswer(options: AnswerOptions): Answer {
  const { response, format, isBatch = false } = options;
  const open = new Set(options.ids);
  const replies: string[] = [];
  let events: Events | undefined;
  const timer = format === "either" ? setTimeout(() => stream(), OPEN_AFTER_MS) : undefined;
  timer?.unref();
  if (format === "events") stream();

  response.once("close", () => {
    clearTimeout(timer);
    options.onOver(open.size === 0);
  });

  function stream(): Events {
    clearTimeout(timer);
    if (!events) {
      events = startEvents(response);
      for (const line of replies) events.send(line);
    }
    return events;
  }

  return {
    tell(line) {
      if (format === "json") return false;
      stream().send(line);
      return true;
    },
    reply(id, line, status = 200) {
      if (!open.delete(id)) return;
      if (events) events.send(line);
      else replies.push(line);
      if (open.size > 0) return;
      clearTimeout(timer);
      if (events) events.end();
      else if (isBatch) answerJson(response, 200, `[${replies.join(",")}]`);
      else answerJson(response, status, line);
    },
    end() {
      clearTimeout(timer);
      if (events) events.end();
      else response.destroy();
    },
  };
}
