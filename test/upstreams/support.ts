import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { type Log, silentLog, systemClock } from "#base";
import type { RawReply } from "#protocol";
import {
  type ClientProfile,
  type Credentials,
  createUpstream,
  type Era,
  type ServerSpec,
  type Upstream,
  type UpstreamHost,
  type UpstreamState,
  type UpstreamTimes,
} from "#upstreams";

/** The command that starts one of the fixtures. */
export function fixture(file: string, ...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: [path.join(import.meta.dirname, "../fixtures", file), ...args] };
}

/** A client that notes what it is told and answers what it is asked. */
export interface TestHost extends UpstreamHost {
  readonly notifications: { method: string; params: string | undefined }[];
  readonly requests: { method: string; params: string | undefined; signal: AbortSignal }[];
  readonly states: UpstreamState[];
  answer: (method: string, params: string | undefined, signal: AbortSignal) => Promise<RawReply>;
}

export function testHost(era: Era = "legacy", face: Partial<ClientProfile> = {}): TestHost {
  const host: TestHost = {
    client: Promise.resolve({
      era,
      protocolVersion: era === "legacy" ? "2025-11-25" : "2026-07-28",
      capabilities: { sampling: {}, roots: { listChanged: true }, tasks: {} },
      clientInfo: { name: "test-client", version: "9" },
      ...face,
    }),
    notifications: [],
    requests: [],
    states: [],
    answer: () => Promise.resolve({ kind: "result", text: "{}" }),
    onNotification: (_upstream, method, params) => void host.notifications.push({ method, params }),
    onState: (_upstream, state) => void host.states.push(state),
    onRequest(_upstream, method, params, signal) {
      host.requests.push({ method, params, signal });
      return host.answer(method, params, signal);
    },
  };
  return host;
}

export interface StartOptions {
  readonly host?: UpstreamHost;
  readonly log?: Log;
  readonly name?: string;
  readonly times?: Partial<UpstreamTimes>;
  readonly maxFrameBytes?: number;
  readonly baseEnv?: Readonly<Record<string, string | undefined>>;
  readonly credentials?: Credentials;
}

const QUICK = { probeMs: 5_000, openMs: 10_000, graceMs: 300, retryMs: 20, longestRetryMs: 100 };

/** Starts an upstream that ends with the test. */
export function start(server: ServerSpec, options: StartOptions = {}): Upstream {
  const upstream = createUpstream({
    name: options.name ?? "files",
    server,
    host: options.host ?? testHost(),
    log: options.log ?? silentLog,
    clock: systemClock,
    baseEnv: options.baseEnv ?? { PATH: process.env.PATH },
    credentials: options.credentials,
    ...(options.maxFrameBytes === undefined ? {} : { maxFrameBytes: options.maxFrameBytes }),
    times: { ...QUICK, ...options.times },
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** Calls a tool and returns the text of its first content. */
export async function call(upstream: Upstream, name: string, args: object = {}): Promise<string> {
  const params = JSON.stringify({ name, arguments: args });
  return textIn(await upstream.request({ method: "tools/call", params }));
}

export function textIn(reply: RawReply): string {
  const result = JSON.parse(reply.text) as { content: { text: string }[] };
  return result.content[0]?.text ?? "";
}

/** Waits until something is so, looking again and again. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts a program that prints its address; it ends with the test. */
export async function program(
  command: string,
  args: readonly string[],
  address: RegExp,
  env = {},
): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const url = await new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        const found = address.exec(line);
        if (found) resolve(found[0]);
      });
  });
  return { url, child };
}
