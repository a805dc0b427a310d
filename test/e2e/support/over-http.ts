import { type ChildProcess, spawn } from "node:child_process";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import type { Place } from "./place.ts";

/** A running `preloop --http`. */
export interface HttpProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has said on stderr so far. */
  said(): string;
  /** Asks it to leave; resolves with its exit status. */
  stop(): Promise<number | null>;
}

/** Starts `preloop --http` on a free port, and waits for its address. */
export async function startHttp(place: Place, env: Record<string, string> = {}): Promise<HttpProcess> {
  const [command, ...args] = [...place.program, "--http", "--port", "0"] as const;
  const child = spawn(command, args, { env: { ...place.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once("close", (status) => resolve(status)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      lines.push(line);
      const address = /preloop serves MCP at (\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    void ended.then((status) => reject(new Error(`preloop left with ${status}: ${lines.join("\n")}`)));
  });
  return {
    url,
    process: child,
    said: () => lines.join("\n"),
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly path?: string;
  /** Leaves out the headers that Node adds by itself. */
  readonly bare?: boolean;
}

/** One HTTP request with exactly these headers, answered in full. */
export async function send(url: string, sent: Sent): Promise<Answered> {
  const response = await open(url, sent);
  const chunks: Buffer[] = await response.toArray();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString(),
  };
}

/** One HTTP request, answered as far as its head. */
export function open(url: string, { method = "POST", headers = {}, body, path, bare }: Sent) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    const options = { hostname, port, path: path ?? pathname, method, headers, agent: false };
    const request = httpRequest({ ...options, setHost: bare !== true });
    request.once("response", resolve).once("error", reject);
    request.end(body);
  });
}

/** The messages on a stream of events, as they come. */
export async function* messagesOf(stream: IncomingMessage): AsyncGenerator<Message> {
  for await (const line of createInterface({ input: stream }))
    if (line.startsWith("data:")) yield JSON.parse(line.slice(5)) as Message;
}

export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}
