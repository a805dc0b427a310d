import type { Readable, Writable } from "node:stream";
import { PreloopError, withTimeout } from "#base";
import { createFrameReader, createFrameWriter, MAX_FRAME_BYTES } from "#protocol";
import { createSession, type Session } from "./session/session.ts";
import type { SessionOptions } from "./session/session-parts.ts";

/** The streams of a client, and the session between them. */
export interface StdioOptions extends Omit<SessionOptions, "send"> {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly maxFrameBytes?: number;
  /** The client closed its end, or stopped reading ours. */
  readonly onEnd: (why: string) => void;
}

/** How long a client that left may take to read what was already answered. */
const DRAIN_MS = 1_000;

/** The stdio transport: one session whose frames are lines (MCP, basic/transports). */
export function serveStdio(options: StdioOptions): Session {
  const { stdin, stdout, onEnd, maxFrameBytes = MAX_FRAME_BYTES } = options;
  const writer = createFrameWriter(stdout, {
    onClosed: () => onEnd("the client closed its input"),
    onStall: () => onEnd("the client stopped reading"),
  });
  const session = createSession({
    ...options,
    send(line) {
      if (writer.write(line)) return;
      // With a client that does not keep up everybody waits, until it does.
      stdin.pause();
      session.pause();
      void writer.drained().then(() => {
        stdin.resume();
        session.resume();
      });
    },
  });
  const reader = createFrameReader({
    maxBytes: maxFrameBytes,
    onFrame: session.receive,
    onOversize(id, bytes, isCall) {
      const problem = `A message of ${bytes} bytes is over the limit of ${maxFrameBytes}`;
      if (isCall) session.refuse(id, new PreloopError("frame_too_large", problem));
    },
    onInvalidUtf8: (id, isCall) => {
      if (isCall)
        session.refuse(id, new PreloopError("parse_failed", "Parse error: the message is not UTF-8"));
    },
  });
  stdin.on("data", (chunk: Buffer) => reader.push(chunk));
  stdin.on("end", () => {
    reader.end();
    onEnd("the client closed its output");
  });
  stdin.on("error", (error) => onEnd(error.message));
  return {
    ...session,
    async close() {
      await session.close();
      // A pipe is written behind our back: an exit right now would cut off the last answers.
      await withTimeout(writer.drained(), DRAIN_MS, () => {});
    },
  };
}
