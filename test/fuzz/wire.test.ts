import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createFrameReader, readFrame } from "#jsonrpc";
import { makePlace, type Place } from "../e2e/support/place.ts";
import { createRandom, mutate } from "./mutate.mjs";

/** An hour by `npm run test:fuzz`. */
const SECONDS = Number(process.env.PRELOOP_FUZZ_SECONDS ?? 8);
const SEED = Number(process.env.PRELOOP_FUZZ_SEED ?? Date.now() % 1_000_000_000);

const TEMPLATES = [
  { method: "ping" },
  { method: "tools/list", params: {} },
  { method: "tools/call", params: { name: "fuzz__read", arguments: { a: 1, b: [true, null] } } },
  { method: "tools/call", params: { name: "fuzz__write", arguments: {}, _meta: { progressToken: "t" } } },
  { method: "prompts/get", params: { name: "fuzz__p", arguments: {} } },
  { method: "resources/read", params: { uri: "test://r" } },
  {
    method: "completion/complete",
    params: { ref: { type: "ref/prompt", name: "fuzz__p" }, argument: { name: "a", value: "" } },
  },
  { method: "logging/setLevel", params: { level: "debug" } },
  { method: "server/discover", params: {} },
];

test(`the wire holds against both sides at once, for ${SECONDS} s (PRELOOP_FUZZ_SEED=${SEED})`, {
  timeout: (SECONDS + 90) * 1_000,
}, async ({ onTestFinished }) => {
  const server = path.join(import.meta.dirname, "fuzz-server.mjs");
  const here = await makePlace({
    servers: () => ({ fuzz: { command: process.execPath, args: [server, String(SEED)] } }),
    policy: { default: "allow" },
  });
  const peer = startPeer(here);
  onTestFinished(async () => {
    peer.child.kill("SIGKILL");
    await here.remove();
  });
  const random = createRandom(SEED);
  await peer.ask(0, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "fuzz", version: "1" },
  });

  const until = Date.now() + SECONDS * 1_000;
  let id = 0;
  while (Date.now() < until) {
    for (let burst = 0; burst < 50; burst++) {
      id += 1;
      peer.send(mutate(random, { jsonrpc: "2.0", id, ...random.pick(TEMPLATES) }));
    }
    await sleep(5);
    expect(peer.child.exitCode, peer.stderr()).toBeNull();
  }

  // Sane calls after all that: it answers each of them once, and with the right id.
  for (let at = 1; at <= 20; at++) {
    const result = await peer.ask(10_000_000 + at, "tools/call", {
      name: "fuzz__read",
      arguments: { sane: true },
    });
    expect(JSON.stringify(result)).toContain("done");
  }
  expect(peer.answeredTooOften()).toEqual([]);
  expect(peer.stderr()).not.toContain("failed inside preloop");
});

function startPeer({ program, env }: Place) {
  const child: ChildProcessWithoutNullStreams = spawn(program[0], program.slice(1), { env });
  const answered = new Map<string | number, number>();
  const asked = new Map<unknown, number>();
  const waiting = new Map<string | number, (value: unknown) => void>();
  let errors = "";
  const reader = createFrameReader({
    onFrame(text) {
      // Everything preloop says must be a frame of its own making.
      for (const frame of [readFrame(text)].flat()) {
        expect(frame.kind, text.slice(0, 300)).not.toBe("malformed");
        if (frame.kind !== "result" && frame.kind !== "error") continue;
        if (frame.id === null) continue;
        answered.set(frame.id, (answered.get(frame.id) ?? 0) + 1);
        waiting.get(frame.id)?.(frame.kind === "result" ? frame.result : frame.error);
      }
    },
    onOversize() {},
    onInvalidUtf8() {},
  });
  child.stdout.on("data", (chunk: Buffer) => reader.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk).slice(-20_000);
  });
  child.stdin.on("error", () => {});
  const send = (bytes: Uint8Array) => {
    for (const id of idsIn(Buffer.from(bytes).toString())) asked.set(id, (asked.get(id) ?? 0) + 1);
    child.stdin.write(Buffer.concat([bytes, Buffer.from("\n")]));
  };
  return {
    child,
    send,
    ask(id: number, method: string, params: unknown): Promise<unknown> {
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        send(Buffer.from(JSON.stringify({ jsonrpc: "2.0", id, method, params })));
      });
    },
    stderr: () => errors,
    answeredTooOften: () =>
      [...answered]
        .filter(([id, times]) => times > (asked.get(id) ?? 0))
        .map(([id, times]) => ({ id, times })),
  };
}

/** Whatever in a frame may be taken for its id: the mutations leave more than one. */
function idsIn(text: string): unknown[] {
  const found = text.matchAll(/"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+]+)/g);
  return [...found].flatMap(([, literal]) => {
    try {
      return [JSON.parse(literal!) as unknown];
    } catch {
      return [];
    }
  });
}
