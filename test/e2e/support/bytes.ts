import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createFrameReader } from "#protocol";
import type { Place } from "./place.ts";

/** What came back for an id. */
export interface Heard {
  readonly id?: string | number | null;
  readonly result?: Record<string, unknown> & { readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client that says exactly the bytes it is told to, and may stop listening. */
export interface Bytes {
  readonly child: ChildProcessWithoutNullStreams;
  /** Says one line; false when preloop does not keep up. */
  say(line: string | Uint8Array): boolean;
  /** Calls a tool with arguments that are JSON source text. */
  call(id: string | number, tool: string, argumentsText?: string): boolean;
  /** The answer to an id, as soon as it is there; each is handed out once. */
  answer(id: string | number | null): Promise<Heard>;
  /** The frames that came, as they came. */
  readonly frames: readonly string[];
  said(): string;
  /** The exit status. */
  readonly ended: Promise<number | null>;
  close(): Promise<number | null>;
}

/** Starts a preloop and introduces itself to it. */
export async function openBytes(place: Place, wrapper: readonly string[] = []): Promise<Bytes> {
  const [command, ...args] = [...wrapper, ...place.program] as [string, ...string[]];
  const child = spawn(command, args, { env: place.env, cwd: place.folder });
  const frames: string[] = [];
  const unread: Heard[] = [];
  const waiting = new Map<Heard["id"], (heard: Heard) => void>();
  let errors = "";
  const reader = createFrameReader({
    maxBytes: 64 * 1024 * 1024,
    onFrame(text) {
      frames.push(text);
      const heard = JSON.parse(text) as Heard;
      if (heard.id === undefined || "method" in heard) return;
      const wake = waiting.get(heard.id);
      if (!wake) return void unread.push(heard);
      waiting.delete(heard.id);
      wake(heard);
    },
    onOversize: (_, bytes) => errorsOf(`preloop said a frame of ${bytes} bytes`),
    onInvalidUtf8: () => errorsOf("preloop said what is no UTF-8"),
  });
  const errorsOf = (text: string) => {
    errors += `${text}\n`;
  };
  child.stdout.on("data", (chunk: Buffer) => reader.push(chunk));
  child.stderr.setEncoding("utf8").on("data", errorsOf);
  child.stdin.on("error", () => {});
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const bytes: Bytes = {
    child,
    say: (line) => child.stdin.write(typeof line === "string" ? `${line}\n` : Buffer.concat([line, NEWLINE])),
    call: (id, tool, argumentsText = "{}") =>
      bytes.say(
        `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"tools/call","params":{"name":"${tool}","arguments":${argumentsText}}}`,
      ),
    async answer(id) {
      const at = unread.findIndex((heard) => heard.id === id);
      if (at >= 0) return unread.splice(at, 1)[0]!;
      return new Promise((resolve, reject) => {
        waiting.set(id, resolve);
        void ended.then((status) => reject(new Error(`preloop left with ${status}: ${errors}`)));
      });
    },
    frames,
    said: () => errors,
    ended,
    close() {
      child.stdin.end();
      child.stdout.resume();
      return ended;
    },
  };
  const clientInfo = { name: "bytes", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  bytes.say(JSON.stringify({ jsonrpc: "2.0", id: "hello", method: "initialize", params }));
  await bytes.answer("hello");
  bytes.say('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  return bytes;
}

const NEWLINE = Buffer.from("\n");
