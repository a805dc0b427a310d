import type { ServerResponse } from "node:http";
import { NEVER_KEPT } from "./refuse.ts";

/** An answer that goes on: a stream of server-sent events, one frame in each. */
export interface Events {
  send(line: string): void;
  end(): void;
}

// Proxies and clients take a stream on which nothing moves for dead.
const BEAT_MS = 15_000;
/** What may wait for a client that does not read; beyond it we give up on that stream. */
const MAX_WAITING = 64 * 1024 * 1024;

/** Starts a stream; it ends with `end()` or with the client. */
export function startEvents(response: ServerResponse): Events {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    ...NEVER_KEPT,
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  const beat = setInterval(() => response.write(":\n\n"), BEAT_MS);
  beat.unref();
  response.once("close", () => clearInterval(beat));
  return {
    send(line) {
      if (response.destroyed || response.writableEnded) return;
      if (response.writableLength > MAX_WAITING) response.destroy();
      else response.write(`event: message\ndata: ${oneLine(line)}\n\n`);
    },
    end() {
      clearInterval(beat);
      if (!response.writableEnded) response.end();
    },
  };
}

// JSON allows line ends between tokens; in an event each would need a field of its own.
function oneLine(line: string): string {
  return /[\r\n]/.test(line) ? line.replace(/[\r\n]/g, " ") : line;
}
