import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Place } from "./place.ts";

/** What came back for a request. */
export interface Answer {
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client without an SDK: it says what it is told to, and keeps nothing from the test. */
export interface Lines {
  ask(method: string, params: object): Promise<Answer>;
  /** Asks in the modern era, as a client that can answer everything. */
  askModern(method: string, params: object): Promise<Answer>;
  /** Notifications, in the order they came. */
  readonly told: readonly { readonly method: string; readonly params?: Record<string, unknown> }[];
  close(): Promise<void>;
}

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "lines", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {
    sampling: {},
    elicitation: { form: {}, url: {} },
    roots: {},
  },
};

/** Starts a preloop of its own and talks to it by the line. */
export function openLines({ program: [command, ...args], env, folder }: Place): Lines {
  const child = spawn(command, args, { env, cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, (answer: Answer) => void>();
  const told: { method: string; params?: Record<string, unknown> }[] = [];
  let lastId = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as Answer & { id?: number; method?: string };
    if (message.id === undefined && message.method !== undefined)
      told.push({ ...message, method: message.method });
    waiting.get(message.id ?? -1)?.(message);
  });
  const ask = (method: string, params: object) =>
    new Promise<Answer>((resolve) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  return {
    ask,
    told,
    askModern: (method, params) => ask(method, { _meta: META, ...params }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.stdin.end();
      await closed;
    },
  };
}
