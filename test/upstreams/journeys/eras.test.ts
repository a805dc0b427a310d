import { describe, expect, test } from "vitest";
import { call, fixture, start, testHost, textIn, until } from "../support.ts";

const META = "io.modelcontextprotocol/";
const tool = (name: string, args: object = {}, _meta?: object) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: args, ...(_meta ? { _meta } : {}) }),
});
const envelope = {
  [`${META}protocolVersion`]: "2026-07-28",
  [`${META}clientInfo`]: { name: "theirs", version: "1" },
  [`${META}clientCapabilities`]: { elicitation: {} },
};

describe("a modern server", () => {
  test.for(["legacy", "modern"] as const)("is found out with a %s client", async (era) => {
    const upstream = start(fixture("modern-server.mjs"), { host: testHost(era) });
    expect(await upstream.settled(10_000)).toMatchObject({
      kind: "ready",
      profile: {
        era: "modern",
        protocolVersion: "2026-07-28",
        serverInfo: { name: "modern-fixture" },
        capabilities: { tools: { listChanged: true } },
        instructions: "Be modern.",
      },
    });
    const { methods } = JSON.parse(await call(upstream, "seen"));
    expect(methods[0]).toBe(era === "legacy" ? "initialize" : "server/discover");
  });

  test("gets an envelope where the client gives none, with what the client can and preloop carries", async () => {
    const upstream = start(fixture("modern-server.mjs"));
    const reply = await upstream.request(tool("params", { a: 1 }, { keep: 1 }));
    expect(JSON.parse(textIn(reply))).toEqual({
      name: "params",
      arguments: { a: 1 },
      _meta: {
        keep: 1,
        [`${META}protocolVersion`]: "2026-07-28",
        [`${META}clientInfo`]: { name: "test-client", version: "9" },
        [`${META}clientCapabilities`]: { sampling: {}, roots: { listChanged: true } },
      },
    });
  });

  test("gets the client's own envelope as it is", async () => {
    const upstream = start(fixture("modern-server.mjs"), { host: testHost("modern") });
    const reply = await upstream.request(tool("params", {}, envelope));
    expect(JSON.parse(textIn(reply))._meta).toEqual(envelope);
  });

  test("tells of changes through a subscription, as if unasked", async () => {
    const host = testHost();
    const upstream = start(fixture("modern-server.mjs"), { host });
    await upstream.settled(10_000);
    await upstream.request({ method: "resources/subscribe", params: '{"uri":"a:b"}' });
    await call(upstream, "add_tool", { name: "fresh" });
    await call(upstream, "touch", { uri: "a:b" });
    await call(upstream, "touch", { uri: "c:d" });
    expect(host.notifications.map(({ method, params }) => [method, JSON.parse(params ?? "{}")])).toEqual([
      ["notifications/tools/list_changed", { _meta: {} }],
      ["notifications/resources/updated", { uri: "a:b", _meta: {} }],
    ]);
    await upstream.request({ method: "resources/unsubscribe", params: '{"uri":"a:b"}' });
    await call(upstream, "touch", { uri: "a:b" });
    expect(host.notifications).toHaveLength(2);
  });

  test("that ends its subscriptions is asked for new ones", async () => {
    const host = testHost();
    const upstream = start(fixture("modern-server.mjs"), { host });
    await call(upstream, "end_subscriptions");
    await until(
      async () => JSON.parse(await call(upstream, "seen")).listens.length === 2,
      "it listens again",
    );
    await call(upstream, "add_tool", { name: "fresh" });
    expect(host.notifications).toMatchObject([{ method: "notifications/tools/list_changed" }]);
  });

  test("is listened to for as long as it takes, whatever the limit for its answers", async () => {
    const host = testHost();
    const upstream = start({ ...fixture("modern-server.mjs"), timeoutMs: 3_000 }, { host });
    await expect(call(upstream, "hang")).rejects.toThrow(/within 3000 ms/);
    expect(JSON.parse(await call(upstream, "seen"))).toMatchObject({ listens: [{ toolsListChanged: true }] });
  });

  test("knows no ping and no session's log level: both are seen to here", async () => {
    const host = testHost();
    const upstream = start(fixture("modern-server.mjs"), { host });
    expect(await upstream.request({ method: "ping", params: undefined })).toMatchObject({ value: {} });
    expect(await call(upstream, "log")).toBe("quiet");
    await upstream.request({ method: "logging/setLevel", params: '{"level":"info"}' });
    expect(await call(upstream, "log")).toBe("info");
    expect(host.notifications).toEqual([
      { method: "notifications/message", params: '{"level":"info","data":"logged"}' },
    ]);
    upstream.notify("notifications/roots/list_changed", undefined);
    const { methods } = JSON.parse(await call(upstream, "seen"));
    expect(methods).not.toContain("ping");
    expect(methods).not.toContain("logging/setLevel");
    expect(methods).not.toContain("notifications/roots/list_changed");
  });

  test("is told of cancellation and sends progress", async () => {
    const upstream = start(fixture("modern-server.mjs"), { host: testHost("modern") });
    const heard: string[] = [];
    await upstream.request({
      ...tool("burst", { count: 3 }),
      onProgress: (params) => void heard.push(params),
    });
    expect(heard.map((params) => JSON.parse(params).progress)).toEqual([1, 2, 3]);
    const abort = new AbortController();
    const hanging = upstream.request({ ...tool("hang"), signal: abort.signal });
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: "request_cancelled" });
    expect(JSON.parse(await call(upstream, "seen")).cancelled).toHaveLength(1);
  });
});

describe("a legacy server and a modern client", () => {
  test.for(["legacy-server.mjs", "bad-server.mjs silent-to-probe", "bad-server.mjs shy-of-probe"])(
    "come together: %s",
    async (program) => {
      const [file = "", ...args] = program.split(" ");
      const host = testHost("modern");
      const upstream = start(fixture(file, ...args), {
        host,
        times: { probeMs: args[0] === "silent-to-probe" ? 500 : 9_000 },
      });
      expect(await upstream.settled(10_000)).toMatchObject({ kind: "ready", profile: { era: "legacy" } });
      expect(host.states.map(({ kind }) => kind)).toEqual(["ready"]);
    },
  );

  test("that left at the probe is not probed again after a crash", async () => {
    const host = testHost("modern");
    const upstream = start(fixture("bad-server.mjs", "shy-of-probe"), { host });
    process.kill(Number(await call(upstream, "pid")), "SIGKILL");
    await until(() => host.states.filter(({ kind }) => kind === "ready").length === 2, "it is back");
    expect(host.states.map(({ kind }) => kind)).toEqual(["ready", "down", "starting", "ready"]);
  });

  test("understand each other: no envelope goes out, and what is carried is offered", async () => {
    const upstream = start(fixture("legacy-server.mjs"), { host: testHost("modern") });
    const reply = await upstream.request(tool("meta", {}, { ...envelope, keep: 1 }));
    expect(textIn(reply)).toBe('{"keep":1}');
    expect(JSON.parse(await call(upstream, "cancelled")).initialize.capabilities).toEqual({
      sampling: {},
      roots: {},
    });
  });

  test("agree on a log level, which the client names with each request", async () => {
    const upstream = start(fixture("legacy-server.mjs"), { host: testHost("modern") });
    const level = { ...envelope, [`${META}logLevel`]: "warning" };
    expect(textIn(await upstream.request(tool("level", {}, level)))).toBe("warning");
  });
});

test("an older revision that the server prefers is spoken", async () => {
  const server = { ...fixture("legacy-server.mjs"), env: { FIXTURE_VERSION: "2024-11-05" } };
  const upstream = start(server);
  expect(await upstream.settled(10_000)).toMatchObject({
    kind: "ready",
    profile: { protocolVersion: "2024-11-05" },
  });
});
