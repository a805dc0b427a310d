import type { Writable } from "node:stream";

/** Limits and news of a frame writer. */
export interface FrameWriterOptions {
  /** How much may wait for a peer that does not read; beyond it the writer gives up on the peer. */
  readonly maxWaiting?: number;
  /** The peer stopped reading and the limit is reached: nothing more is written. */
  readonly onStall?: () => void;
  /** The stream broke (EPIPE) or was closed: nothing more is written. */
  readonly onClosed?: (error: Error | undefined) => void;
}

/** Writes frames as lines, all of one tick in one go. Never throws; a frame for a closed stream is dropped. */
export interface FrameWriter {
  /** False when the peer does not keep up: wait for `drained` before reading more on its behalf. */
  write(frame: string): boolean;
  /** Resolves when all that was written is with the operating system, or never will be. */
  drained(): Promise<void>;
  /** Writes what waits, then ends the stream. */
  end(): void;
  readonly closed: boolean;
}

const MAX_WAITING = 64 * 1024 * 1024;

/** A frame writer on top of a stream: a pipe, a socket, a child's stdin. */
export function createFrameWriter(stream: Writable, options: FrameWriterOptions = {}): FrameWriter {
  const maxWaiting = options.maxWaiting ?? MAX_WAITING;
  let waiting = "";
  let scheduled = false;
  let blocked = false;
  let ending = false;
  let closed = false;
  const idle = createWaiters();

  const settle = () => {
    if (!closed && (waiting !== "" || blocked || stream.writableLength > 0)) return;
    idle.wake();
  };
  const close = (error?: Error) => {
    if (closed) return;
    closed = true;
    waiting = "";
    options.onClosed?.(error);
    settle();
  };
  const flush = () => {
    scheduled = false;
    if (closed || blocked) return;
    const lines = waiting;
    waiting = "";
    if (lines !== "" && !stream.write(lines, "utf8", settle)) blocked = true;
    if (ending && !blocked) stream.end();
  };
  stream.on("drain", () => {
    blocked = false;
    flush();
    settle();
  });
  stream.on("error", close);
  stream.on("close", () => close());

  return {
    write(frame) {
      if (closed || ending) return false;
      if (waiting.length + stream.writableLength > maxWaiting) {
        options.onStall?.();
        close();
        return false;
      }
      waiting += `${oneLine(frame)}\n`;
      if (!scheduled && !blocked) {
        scheduled = true;
        process.nextTick(flush);
      }
      return !blocked && waiting.length < stream.writableHighWaterMark * 16;
    },
    drained: () =>
      new Promise((resolve) => {
        idle.add(resolve);
        if (!scheduled) settle();
      }),
    end() {
      if (closed || ending) return;
      ending = true;
      if (!scheduled) flush();
    },
    get closed() {
      return closed;
    },
  };
}

function createWaiters() {
  let waiting: (() => void)[] = [];
  return {
    add: (resolve: () => void) => void waiting.push(resolve),
    wake() {
      const resolvers = waiting;
      waiting = [];
      for (const resolve of resolvers) resolve();
    },
  };
}

// JSON allows line ends between tokens. On a wire of lines they would cut the frame, and a server whose reader takes a
// lone \r for a line end (Python's does) would run what stands between two of them as a message of its own.
function oneLine(frame: string): string {
  return frame.includes("\n") || frame.includes("\r") ? frame.replace(/[\r\n]/g, " ") : frame;
}
