import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base";
import { readEvents } from "./body.ts";
import { isEventStream } from "./wire.ts";
import type { WireContext } from "./wire-context.ts";

const LONGEST_PAUSE_MS = 30_000;
const FAILURES = 3;

/** Keeps the legacy era's GET stream open, on which a server speaks unasked; ends with `signal`. */
export async function keepGetStream(context: WireContext, signal: AbortSignal): Promise<void> {
  const { wire, events, maxBytes, end } = context;
  let pause = context.retryMs;
  let lastId: string | undefined;
  let opened = false;
  const handlers = {
    maxBytes,
    onMessage: (data: string) => events.onFrame(data),
    onId(value: string) {
      lastId = value;
    },
    onRetry(ms: number) {
      pause = Math.min(ms, LONGEST_PAUSE_MS);
    },
  };
  for (let failures = 0; !signal.aborted; ) {
    const response = await wire.get(lastId, signal).catch((error: unknown) => messageOf(error));
    if (signal.aborted) return;
    if (typeof response === "string") {
      if (++failures === FAILURES) return end({ reason: response });
    } else if (response.statusCode === 200 && isEventStream(response)) {
      [failures, opened] = [0, true];
      await readEvents(response, handlers).catch(() => {}); // it broke: open it again
    } else {
      response.resume();
      if (opened && isSessionGone(response)) return end({ reason: "ended the session", sessionGone: true });
      // 405 is the specification's word for "there is no such stream"; other refusals mean as much.
      if ((response.statusCode ?? 0) < 500 || ++failures === FAILURES) return;
    }
    await sleep(pause * 2 ** failures, undefined, { signal }).catch(() => {});
  }
}

function isSessionGone({ statusCode }: IncomingMessage): boolean {
  return statusCode === 404 || statusCode === 400;
}
