import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { type Clock, codeOf, type Log, messageOf } from "#base";
import { createFrameReader, createFrameWriter, type FrameReader } from "#protocol";
import type { Transport, TransportEvents } from "../connection/transport.ts";
import type { Failure } from "../failure.ts";
import { reap, registerGroup } from "./group.ts";
import { drainStderr } from "./stderr.ts";

/** A server's program and what it runs with. */
export interface StdioTransportOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly maxFrameBytes?: number | undefined;
  /** How long the program may take to leave, once after its stdin ended and once after SIGTERM. */
  readonly graceMs: number;
  readonly log: Log;
  readonly clock: Clock;
}

/** Starts a server as a child in a process group of its own and speaks lines with it. */
export function connectStdio(options: StdioTransportOptions, events: TransportEvents): Transport {
  const child = start(options);
  if (!("stdin" in child)) {
    events.onEnd(child);
    return { send() {}, drop: () => false, opened() {}, close: async () => {} };
  }
  const { name, log } = options;
  const lastWords = drainStderr(child.stderr, name, log, options.clock);
  const clearing = createClearing(child, options.graceMs);
  const end = (failure: Failure) => {
    void clearing.clear();
    events.onEnd(failure);
  };
  const writer = createFrameWriter(child.stdin, {
    onStall: () => end({ reason: "stopped reading what it is sent, and was ended" }),
  });
  const reader = readerOf(options, events);
  child.stdout.on("data", (chunk: Buffer) => reader.push(chunk));
  child.stdout.on("error", () => {});
  child.on("error", (error) => end(startFailure(options, error)));
  // "close" comes after the last byte of stdout was read; "exit" can come before the answers of a quick server. A
  // grandchild that holds stdout open keeps "close" away, so the group is cleared at "exit".
  child.on("exit", () => void clearing.clear());
  child.on("close", (code, signal) => {
    reader.end();
    const reason = signal ? `was ended by ${signal}` : `exited with code ${code}`;
    const words = lastWords();
    log.debug("the server's process is gone", { server: name, reason, ...(words ? { stderr: words } : {}) });
    end({ reason });
  });
  return {
    send: (frame) => void writer.write(frame),
    drop: () => false,
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    opened() {},
    async close() {
      clearing.tell();
      writer.end();
      await clearing.clear();
    },
  };
}

function readerOf({ name, log, maxFrameBytes }: StdioTransportOptions, events: TransportEvents): FrameReader {
  return createFrameReader({
    ...(maxFrameBytes === undefined ? {} : { maxBytes: maxFrameBytes }),
    onFrame: events.onFrame,
    onOversize: events.onOversize,
    onInvalidUtf8: (id, isCall) => {
      // Said as JSON-RPC says it, so that whoever waits for this id hears of it.
      if (!isCall) events.onFrame(JSON.stringify({ jsonrpc: "2.0", id, error: "bytes that are no UTF-8" }));
      else log.warn("a frame is no UTF-8", { server: name, id });
    },
  });
}

/** All of a group goes when its leader goes: what a server started is of no use without it. */
function createClearing(child: ChildProcessWithoutNullStreams, graceMs: number) {
  let told = false;
  let cleared: Promise<void> | undefined;
  // Somebody who left the group may still hold the pipes, which would keep this process awake and "close" away.
  const hangUp = () => {
    const cut = () => {
      for (const stream of child.stdio) stream?.destroy();
    };
    if (told) cut();
    else setTimeout(cut, graceMs).unref();
  };
  return {
    /** The server is about to hear that it shall leave. */
    tell(): void {
      told = true;
    },
    clear(): Promise<void> | undefined {
      if (child.pid !== undefined) cleared ??= reap(child.pid, graceMs, told).then(hangUp);
      return cleared;
    },
  };
}

function start(options: StdioTransportOptions): ChildProcessWithoutNullStreams | Failure {
  try {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: "pipe",
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (child.pid !== undefined) registerGroup(child.pid);
    return child;
  } catch (error) {
    return startFailure(options, error);
  }
}

function startFailure({ command, cwd, name }: StdioTransportOptions, error: unknown): Failure {
  const because = (reason: string): Failure => ({
    reason: `could not be started: ${reason}`,
    unstarted: true,
  });
  const code = codeOf(error);
  if (code === "ENOENT" && cwd !== undefined && !existsSync(cwd))
    return because(`there is no directory ${cwd}; correct mcpServers.${name}.cwd`);
  if (code === "ENOENT")
    return because(`there is no command "${command}"; install it, or correct mcpServers.${name}.command`);
  if (code === "EACCES") return because(`"${command}" may not be executed; check its permissions`);
  return because(messageOf(error));
}
