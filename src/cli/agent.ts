import type { Readable, Writable } from "node:stream";
import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { createFrameReader, NEWEST_LEGACY, readFrame } from "#protocol";

/** The smallest MCP client that can call a tool: a scripted agent, or a command whose steps must be approved. */
export interface Agent {
  call(tool: string, args: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onStderr: (text: string) => void;
  /** How it introduces itself. */
  readonly name: string;
}

/** Starts an MCP server as a client does, and introduces itself. */
export async function startAgent({ command, env, onStderr, name }: AgentOptions): Promise<Agent> {
  const { execa } = await import("execa");
  const [program, ...args] = command;
  const server = execa(program, args, { env, extendEnv: false, buffer: false, reject: false });
  const ended = server.then(({ exitCode, signal, code }) => exitCode ?? signal ?? code);
  const ask = createAsk(server, ended);
  server.stderr.on("data", (chunk: Buffer) => onStderr(chunk.toString()));
  const clientInfo = { name, version: "1" };
  await ask("initialize", { protocolVersion: NEWEST_LEGACY, capabilities: {}, clientInfo });
  server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  return {
    call: (name, args) => ask("tools/call", { name, arguments: args }),
    async close() {
      server.stdin.end();
      await ended;
    },
  };
}

interface Streams {
  readonly stdin: Writable;
  readonly stdout: Readable;
}

function createAsk({ stdin, stdout }: Streams, ended: Promise<number | string | undefined>) {
  const waiting = new Map<
    number,
    { resolve: (result: JsonObject) => void; reject: (error: Error) => void }
  >();
  let lastId = 0;
  const reader = createFrameReader({
    onFrame(text) {
      const frame = readFrame(text);
      if (Array.isArray(frame) || !("kind" in frame)) return;
      if (frame.kind === "result")
        waiting.get(Number(frame.id))?.resolve(isJsonObject(frame.result) ? frame.result : {});
      if (frame.kind === "error") waiting.get(Number(frame.id))?.reject(new Error(frame.error.message));
    },
    onOversize() {},
    onInvalidUtf8() {},
  });
  stdout.on("data", (chunk: Buffer) => reader.push(chunk));
  void ended.then((status) => {
    const gone = new PreloopError("internal", `preloop ended with status ${status}; its messages are above`);
    for (const { reject } of waiting.values()) reject(gone);
  });
  return (method: string, params: JsonObject): Promise<JsonObject> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
}
