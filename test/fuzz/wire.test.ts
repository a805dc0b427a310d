import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createFrameReader, readFrame } from "#protocol";
import { makePlace, type Place } from "../e2e/support/place.ts";
import { createRandom, mutate, variants } from "./mutate.mjs";
import { ENVELOPE, TEMPLATES } from "./templates.ts";

/** A minute, an hour by `npm run test:fuzz`; the client's eras get half of it each. */
const SECONDS = Number(process.env.PRELOOP_FUZZ_SECONDS ?? 60) / 2;
const SEED = Number(process.env.PRELOOP_FUZZ_SEED ?? Date.now() % 1_000_000_000);
const LIMITS = { timeout: SECONDS * 1_000 + 120_000 };

test.for(["legacy", "modern"] as const)(
  `the wire holds against both sides at once, for ${SECONDS} s (%s, PRELOOP_FUZZ_SEED=${SEED})`,
  LIMITS,
  async (era) => {
    const { peer, dress } = await open(era);
    let id = 0;
    const burst = async (frames: Iterable<Uint8Array>) => {
      for (const frame of frames) await peer.send(frame);
      await peer.giveUpOldest();
      // A sane call in the midst of it is answered, and with its own result.
      for (let isFull = true; isFull; ) {
        const echo = SANE + ++id;
        const call = { method: "tools/call", params: { name: "calm__read", arguments: { echo } } };
        const said = await peer.ask(echo, dress(call));
        // A session has room for so many requests at once, and takes the next when some are answered.
        isFull = /under way, and no more may be/.test(JSON.stringify(said));
        if (isFull) await sleep(100);
        else expect(said).toMatchObject({ content: [{ text: String(echo) }] });
      }
    };

    await burst([]); // the store is awake then
    for (const template of TEMPLATES) await burst(variants({ jsonrpc: "2.0", id: ++id, ...dress(template) }));
    const random = createRandom(SEED);
    const fifty = Array.from({ length: 50 });
    for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; )
      await burst(
        fifty.map(() => mutate(random, { jsonrpc: "2.0", id: ++id, ...dress(random.pick(TEMPLATES)) })),
      );

    expect(peer.faults()).toEqual([]);
    expect(peer.answeredTooOften()).toEqual([]);
    expect(peer.failures()).toEqual([]);
    console.log(`${era}: ${peer.sent()} messages, ${peer.peakMb()} MB at most`);
  },
);

async function open(era: "legacy" | "modern") {
  const here = await makePlace({ servers, policy: { default: "allow" } });
  onTestFinished(() => here.remove());
  const peer = startPeer(here);
  onTestFinished(() => void peer.child.kill("SIGKILL"));
  const dress = era === "modern" ? inEnvelope : (message: Message) => message;
  const method = era === "modern" ? "server/discover" : "initialize";
  await peer.ask(0, dress({ method, params: HELLO }));
  return { peer, dress };
}

type Message = Readonly<Record<string, unknown>>;

interface Made {
  readonly task?: { readonly taskId?: unknown } | null;
}

/** Ids that the mutations do not come near. */
const SANE = 10_000_000_000;
const HELLO = {
  protocolVersion: "2025-11-25",
  capabilities: { sampling: {}, elicitation: {}, roots: {} },
  clientInfo: { name: "fuzz", version: "1" },
};

function servers(): Record<string, unknown> {
  const program = path.join(import.meta.dirname, "fuzz-server.mjs");
  const server = (mood: string) => ({ command: process.execPath, args: [program, mood, String(SEED)] });
  return { calm: server("calm"), noisy: server("noisy"), wild: server("wild") };
}

function inEnvelope(message: Message): Message {
  if (message.method === undefined) return message;
  const { _meta, ...params } = (message.params ?? {}) as { _meta?: object };
  return { ...message, params: { ...params, _meta: { ...ENVELOPE, ..._meta } } };
}

function startPeer({ program, env }: Place) {
  const child: ChildProcessWithoutNullStreams = spawn(program[0], program.slice(1), { env });
  const answered = new Map<string | number, number>();
  const asked = new Map<unknown, number>();
  const waiting = new Map<string | number, (value: unknown) => void>();
  const givenUp = new Map<unknown, number>();
  const tasks: unknown[] = [];
  const faults: string[] = [];
  let sent = 0;
  let errors = "";
  const failures: string[] = [];
  const reader = createFrameReader({
    onFrame(text) {
      // Everything preloop says must be a frame of its own making.
      for (const frame of [readFrame(text)].flat()) {
        if (frame.kind === "malformed") faults.push(text.slice(0, 300));
        if (frame.kind !== "result" && frame.kind !== "error") continue;
        if (frame.id === null) continue;
        answered.set(frame.id, (answered.get(frame.id) ?? 0) + 1);
        waiting.get(frame.id)?.(frame.kind === "result" ? frame.result : frame.error);
        // A result may be anything, null included.
        const made = (frame.kind === "result" ? frame.result : undefined) as Made | null | undefined;
        if (made?.task?.taskId !== undefined) tasks.push(made.task.taskId);
      }
    },
    onOversize: (_, bytes) => void faults.push(`${bytes} bytes`),
    onInvalidUtf8: () => void faults.push("no UTF-8"),
  });
  child.stdout.on("data", (chunk: Buffer) => reader.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk).slice(-20_000);
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (/failed inside preloop|NOT JSON/.test(line)) failures.push(line);
  });
  child.stdin.on("error", () => {});
  const ended = once(child, "close");
  const send = (bytes: Uint8Array) => {
    sent += 1;
    for (const id of idsIn(Buffer.from(bytes).toString())) asked.set(id, (asked.get(id) ?? 0) + 1);
    const goesOn = child.stdin.write(Buffer.concat([bytes, NEWLINE]));
    // Preloop may well stop listening for a moment, or for good.
    return goesOn ? undefined : Promise.race([once(child.stdin, "drain"), ended]);
  };
  return {
    child,
    send,
    ask(id: number, message: Message): Promise<unknown> {
      return new Promise((resolve, reject) => {
        waiting.set(id, resolve);
        void send(Buffer.from(JSON.stringify({ jsonrpc: "2.0", id, ...message })));
        void ended.then(() => reject(new Error(`preloop left: ${errors}`)));
      });
    },
    /** A session has room for so many requests, and one of these servers never answers: the client gives up on the oldest, tasks too. */
    async giveUpOldest(): Promise<void> {
      // Mutations use ids again that were answered long ago.
      const open = [...asked].filter(
        ([id, times]) => times > (answered.get(id as string | number) ?? 0) && givenUp.get(id) !== times,
      );
      for (const [id, times] of open.slice(0, Math.max(0, open.length - MOST_OPEN))) {
        givenUp.set(id, times);
        const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } };
        await send(Buffer.from(JSON.stringify(cancelled)));
      }
      for (const taskId of tasks.splice(0, Math.max(0, tasks.length - MOST_OPEN))) {
        const id = `cancel ${String(taskId)}`;
        await send(
          Buffer.from(JSON.stringify({ jsonrpc: "2.0", id, method: "tasks/cancel", params: { taskId } })),
        );
      }
    },
    /** What it said that is no frame. */
    faults: () => faults,
    sent: () => sent,
    /** What a log of a healthy preloop never says. */
    failures: () => failures,
    peakMb: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024);
    },
    answeredTooOften: () =>
      [...answered]
        .filter(([id, times]) => times > (asked.get(id) ?? 0))
        .map(([id, times]) => ({ id, times })),
  };
}

const NEWLINE = Buffer.from("\n");
const MOST_OPEN = 500;

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
