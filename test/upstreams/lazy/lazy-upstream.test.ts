import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive, silentLog, systemClock } from "#base";
import { createLazyUpstream, type LazyOptions, type ServerSpec, type Upstream } from "#upstreams";
import { call, fixture, type TestHost, testHost, until } from "../support.ts";

const LISTING = { method: "tools/list", params: "{}" };
const scratch = () => mkdtempSync(path.join(tmpdir(), "preloop-lazy-"));

function open(
  server: ServerSpec,
  rest: Partial<LazyOptions> & { readonly folder: string },
  host = testHost(),
): Upstream {
  const times = { openMs: 10_000, graceMs: 300, retryMs: 20, longestRetryMs: 100 };
  const options = { name: "files", server, host, log: silentLog, clock: systemClock };
  const upstream = createLazyUpstream(
    { ...options, baseEnv: { PATH: process.env.PATH }, times },
    { lazy: true, idleMs: undefined, ...rest },
  );
  onTestFinished(() => upstream.close());
  return upstream;
}

async function toolsOf(upstream: Upstream): Promise<string[]> {
  const { value } = await upstream.request(LISTING);
  return (value as unknown as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

/** A server that notes each of its starts, and lists one more tool when the file `more` is there. */
function counted(): { server: ServerSpec; starts: () => number[]; more: () => void } {
  const folder = scratch();
  const [log, more] = [path.join(folder, "starts"), path.join(folder, "more")];
  writeFileSync(log, "");
  const server = {
    ...fixture("bad-server.mjs", "counted"),
    env: { FIXTURE_STARTS: log, FIXTURE_MORE: more },
  };
  const starts = () => readFileSync(log, "utf8").trim().split("\n").filter(Boolean).map(Number);
  return { server, starts, more: () => writeFileSync(more, "") };
}

const changes = (host: TestHost) =>
  host.notifications.filter(({ method }) => method === "notifications/tools/list_changed").length;

/** A first session, which leaves a listing behind. */
async function listOnce(server: ServerSpec, folder: string): Promise<void> {
  const first = open(server, { folder });
  await first.settled(10_000);
  expect(await toolsOf(first)).toEqual(["pid"]);
  await first.close();
}

describe("a lazy server", () => {
  test("that nobody knows yet is started, so that it can be listed", async () => {
    const { server, starts } = counted();
    const upstream = open(server, { folder: scratch() });
    expect(await upstream.settled(10_000)).toMatchObject({ kind: "ready" });
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    expect(starts()).toHaveLength(1);
  });

  test("is listed from memory, and started by the first call alone", async () => {
    const { server, starts } = counted();
    const folder = scratch();
    await listOnce(server, folder);
    const host = testHost();
    const upstream = open(server, { folder }, host);
    expect(upstream.state).toMatchObject({ kind: "ready", profile: { serverInfo: { name: "counted" } } });
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    await upstream.request({ method: "logging/setLevel", params: '{"level":"info"}' });
    upstream.notify("notifications/roots/list_changed", undefined);
    expect(starts()).toHaveLength(1);
    const pids = await Promise.all(Array.from({ length: 5 }, () => call(upstream, "pid")));
    expect(new Set(pids)).toEqual(new Set([String(starts()[1])]));
    expect(starts()).toHaveLength(2);
    expect(changes(host)).toBe(0);
  });

  test("whose tools changed meanwhile says so before anything is called", async () => {
    const { server, starts, more } = counted();
    const folder = scratch();
    await listOnce(server, folder);
    more();
    const host = testHost();
    const upstream = open(server, { folder }, host);
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    await expect(call(upstream, "pid")).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringMatching(/lists other tools than before/),
      data: { sent: false },
    });
    expect(changes(host)).toBe(1);
    expect(await toolsOf(upstream)).toEqual(["pid", "more"]);
    expect(await call(upstream, "pid")).toBe(String(starts()[1]));
  });

  test("is another server when its command is another", async () => {
    const { server, starts } = counted();
    const folder = scratch();
    await listOnce(server, folder);
    const upstream = open({ ...server, args: [...server.args!, "other"] }, { folder });
    expect(upstream.state).toEqual({ kind: "starting" });
    await upstream.settled(10_000);
    expect(starts()).toHaveLength(2);
  });

  test.for(["{", "[]", '{"hello":{"era":"legacy"},"pages":{}}', '{"hello":null,"pages":{"tools/list":[7]}}'])(
    "whose memory reads %s is started",
    async (text) => {
      const { server } = counted();
      const folder = scratch();
      await listOnce(server, folder);
      const [file] = readdirSync(folder).map((name) => path.join(folder, name));
      expect(statSync(file!).mode & 0o777).toBe(0o600);
      writeFileSync(file!, text);
      const upstream = open(server, { folder });
      expect(upstream.state).toEqual({ kind: "starting" });
      expect(await upstream.settled(10_000)).toMatchObject({ kind: "ready" });
      expect(await toolsOf(upstream)).toEqual(["pid"]);
    },
  );

  test("works where nothing can be kept", async () => {
    const { server } = counted();
    const upstream = open(server, { folder: "/dev/null/nowhere" });
    await upstream.settled(10_000);
    expect(await toolsOf(upstream)).toEqual(["pid"]);
  });

  test("that cannot be started fails the call and says why", async () => {
    const { server } = counted();
    const folder = scratch();
    await listOnce(server, folder);
    const upstream = open({ ...server, env: { ...server.env, FIXTURE_MORE: "crash" } }, { folder });
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    await expect(call(upstream, "pid")).rejects.toMatchObject({
      code: "upstream_failed",
      data: { sent: false },
    });
    expect(upstream.state).toMatchObject({ kind: "down" });
  });
});

describe("a server that is stopped when idle", () => {
  test("is stopped, listed all the same, and started again by a call", async () => {
    const { server, starts } = counted();
    const host = testHost();
    const upstream = open(server, { folder: scratch(), lazy: false, idleMs: 200 }, host);
    await upstream.settled(10_000);
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    const first = Number(await call(upstream, "pid"));
    await until(() => !isAlive(first), "it is stopped");
    expect(upstream.state).toMatchObject({ kind: "ready" });
    expect(await toolsOf(upstream)).toEqual(["pid"]);
    expect(starts()).toHaveLength(1);
    const second = Number(await call(upstream, "pid"));
    expect(starts()).toEqual([first, second]);
    await until(() => !isAlive(second), "it is stopped again");
    expect(host.states.filter(({ kind }) => kind !== "ready")).toEqual([]);
  });

  test("is not stopped while a call is under way or a resource is watched", async () => {
    const server = fixture("legacy-server.mjs");
    const upstream = open(server, { folder: scratch(), lazy: false, idleMs: 50 });
    await upstream.settled(10_000);
    const pid = Number(await call(upstream, "pid"));
    await upstream.request({ method: "resources/subscribe", params: '{"uri":"a:b"}' });
    const abort = new AbortController();
    const params = JSON.stringify({ name: "slow_progress", arguments: { times: 3, ms: 150 } });
    await upstream.request({ method: "tools/call", params, signal: abort.signal });
    expect(Number(await call(upstream, "pid"))).toBe(pid);
    await upstream.request({ method: "resources/unsubscribe", params: '{"uri":"a:b"}' });
    await until(() => !isAlive(pid), "it is stopped");
  });

  test("is not stopped while something goes on there between requests", async () => {
    const { server } = counted();
    const upstream = open(server, { folder: scratch(), lazy: false, idleMs: 20 });
    const release = upstream.retain!();
    await upstream.settled(10_000);
    const pid = Number(await call(upstream, "pid"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAlive(pid)).toBe(true);
    release();
    await until(() => !isAlive(pid), "it is stopped");
  });

  test("has a call looked at again when it was woken for it", async () => {
    const { server, starts } = counted();
    const folder = scratch();
    await listOnce(server, folder);
    const upstream = open(server, { folder });
    const params = JSON.stringify({ name: "pid", arguments: {} });
    let looks = 0;
    const recheck = async () => {
      looks++;
      throw new Error("frozen meanwhile");
    };
    const asked = upstream.request({ method: "tools/call", params, recheck });
    await expect(asked).rejects.toThrow("frozen meanwhile");
    expect(looks).toBe(1);
    expect(starts()).toHaveLength(2);
    await expect(call(upstream, "pid")).resolves.toBe(String(starts()[1]));
  });
});
