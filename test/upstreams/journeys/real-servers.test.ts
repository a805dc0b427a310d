import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { call, fixture, start, testHost, textIn, until } from "../support.ts";

const server = (name: string, ...args: string[]) => ({
  command: process.execPath,
  args: [
    path.join(
      import.meta.dirname,
      `../../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`,
    ),
    ...args,
  ],
});
const tool = (name: string, args: object = {}) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: args }),
});
const scratch = () => mkdtempSync(path.join(tmpdir(), "preloop-upstreams-"));

describe.for(["legacy", "modern"] as const)("for a %s client", (era) => {
  test("the three servers from npm run side by side", async () => {
    const dir = scratch();
    writeFileSync(path.join(dir, "a.txt"), "hello");
    const hosts = [testHost(era), testHost(era), testHost(era)];
    const everything = start(server("everything"), { name: "everything", host: hosts[0]! });
    const files = start(server("filesystem", dir), { name: "files", host: hosts[1]! });
    const memory = start(
      { ...server("memory"), env: { MEMORY_FILE_PATH: path.join(dir, "memory.json") } },
      { name: "memory", host: hosts[2]! },
    );
    const entities = [{ name: "ana", entityType: "person", observations: ["likes tea"] }];
    const [echo, text, created] = await Promise.all([
      call(everything, "echo", { message: "hi" }),
      call(files, "read_text_file", { path: path.join(dir, "a.txt") }),
      call(memory, "create_entities", { entities }),
    ]);
    expect([echo, text]).toEqual(["Echo: hi", "hello"]);
    expect(JSON.parse(created)).toEqual(entities);
    expect(readFileSync(path.join(dir, "memory.json"), "utf8")).toContain("likes tea");
    for (const upstream of [everything, files, memory])
      expect(upstream.state).toMatchObject({ kind: "ready", profile: { era: "legacy" } });
  });
});

describe("server-everything", () => {
  test("reports progress, logs, asks for samples and roots, and is cancelled", async () => {
    const host = testHost();
    host.answer = async (method) => ({
      kind: "result",
      text:
        method === "roots/list"
          ? '{"roots":[{"uri":"file:///somewhere","name":"here"}]}'
          : '{"model":"m","role":"assistant","content":{"type":"text","text":"sampled"}}',
    });
    const upstream = start(server("everything"), { host });
    const heard: number[] = [];
    const long = tool("trigger-long-running-operation", { duration: 1, steps: 5 });
    await upstream.request({ ...long, onProgress: (params) => void heard.push(JSON.parse(params).progress) });
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect(await call(upstream, "trigger-sampling-request", { prompt: "x", maxTokens: 5 })).toContain(
      "sampled",
    );
    expect(await call(upstream, "get-roots-list")).toContain("file:///somewhere");
    const abort = new AbortController();
    const endless = tool("trigger-long-running-operation", { duration: 60, steps: 5 });
    const cancelled = upstream.request({ ...endless, signal: abort.signal });
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "request_cancelled" });
    await until(
      () => host.notifications.some(({ method }) => method.endsWith("list_changed")),
      "lists changed",
    );
    const resources = await upstream.request({ method: "resources/list", params: undefined });
    expect(resources.text).toContain('"resources"');
  });

  test("sees only what it may of the environment", async () => {
    const upstream = start(server("everything"), {
      baseEnv: { ...process.env, SECRET_KEY: "ours", OTHER: "theirs" },
    });
    const env = JSON.parse(await call(upstream, "get-env"));
    expect(env.PATH).toBe(process.env.PATH);
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(["SECRET_KEY"]));
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(["OTHER"]));
  });
});

describe("a server of the SDK's second generation over stdio", () => {
  test.for([
    ["legacy", "serve", "legacy"],
    ["modern", "serve", "modern"],
    ["legacy", "reject", "modern"],
    ["modern", "reject", "modern"],
  ] as const)("for a %s client, when it is to %s the older era, speaks %s", async ([client, mode, era]) => {
    const upstream = start(fixture("sdk-server.mjs", "stdio", mode), { host: testHost(client) });
    expect(await upstream.settled(20_000)).toMatchObject({
      kind: "ready",
      profile: { era, serverInfo: { name: "sdk-fixture" } },
    });
    expect(await call(upstream, "echo", { text: "hällo" })).toBe("hällo");
    const heard: number[] = [];
    const onProgress = (params: string) => void heard.push(JSON.parse(params).progress);
    expect(textIn(await upstream.request({ ...tool("count", { to: 30 }), onProgress }))).toBe("counted");
    expect(heard).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  });
});
