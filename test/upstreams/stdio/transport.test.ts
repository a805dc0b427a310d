import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createLog, isAlive, type Log } from "#base";
import { call, fixture, start, testHost, textIn, until } from "../support.ts";

const scratch = () => path.join(mkdtempSync(path.join(tmpdir(), "preloop-upstreams-")), "file");
const tool = (name: string, args: object = {}) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: args }),
});

/** A log that keeps its lines. */
function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: createLog("DEBUG", (line) => lines.push(line)) };
}

describe("a stdio server", () => {
  test("is opened and called", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    expect(upstream.state).toEqual({ kind: "starting" });
    expect(await upstream.settled(10_000)).toMatchObject({
      kind: "ready",
      profile: {
        era: "legacy",
        protocolVersion: "2025-11-25",
        serverInfo: { name: "legacy-fixture" },
        instructions: "Be kind.",
      },
    });
    expect(await call(upstream, "echo", { a: 1 })).toBe('{"a":1}');
    expect(host.states.map(({ kind }) => kind)).toEqual(["ready"]);
  });

  test("gets params byte for byte, and its answer comes back so", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const params = '{ "name":"echo", "arguments":{"n":12345678901234567890 , "f":1.0}}';
    const reply = await upstream.request({ method: "tools/call", params });
    const { line } = (reply.value as { structuredContent: { line: string } }).structuredContent;
    expect(line).toContain(`"params":${params}`);
    expect(reply.text).toBe(JSON.stringify(reply.value));
  });

  test("learns who the client is, and is offered what preloop carries", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const seen = JSON.parse(await call(upstream, "cancelled"));
    expect(seen.initialize).toEqual({
      protocolVersion: "2025-11-25",
      capabilities: { sampling: {}, roots: { listChanged: true } },
      clientInfo: { name: "test-client", version: "9" },
    });
    expect(seen.notified).toEqual(["notifications/initialized"]);
  });

  test("waits for the client before its handshake, and runs before that", async () => {
    const file = scratch();
    let introduce: (face: Awaited<ReturnType<typeof testHost>["client"]>) => void = () => {};
    const host = { ...testHost(), client: new Promise<never>((resolve) => (introduce = resolve as never)) };
    const upstream = start(fixture("bad-server.mjs", "stubborn", file), { host });
    await until(() => existsSync(file), "the program runs");
    expect(upstream.state.kind).toBe("starting");
    introduce(await testHost().client);
    expect((await upstream.settled(10_000)).kind).toBe("ready");
  });

  test("passes its own errors through as they are", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const reply = await upstream.request(tool("nope"));
    expect(reply).toMatchObject({ kind: "error", value: { code: -32602, message: "Unknown tool: nope" } });
  });

  test("sees nothing of preloop's environment but the harmless part, and its own (S-48)", async () => {
    const server = { ...fixture("legacy-server.mjs"), env: { OWN_TOKEN: "mine" } };
    const upstream = start(server, {
      baseEnv: {
        PATH: process.env.PATH,
        HOME: "/home/somebody",
        LC_ALL: "C.UTF-8",
        XDG_CONFIG_HOME: "/x",
        SECRET_KEY: "preloop's own secret",
        DATABASE_URL: "postgresql://u:p@h/d",
        OTHER_SERVERS_TOKEN: "theirs",
        SHELL: "() { :; }",
      },
    });
    const env = JSON.parse(await call(upstream, "env"));
    expect(env).toEqual({
      PATH: process.env.PATH,
      HOME: "/home/somebody",
      LC_ALL: "C.UTF-8",
      XDG_CONFIG_HOME: "/x",
      OWN_TOKEN: "mine",
    });
  });

  test("may flood its stderr, of which the log gets a part", async () => {
    const { log, lines } = keptLog();
    const upstream = start(fixture("legacy-server.mjs"), { log });
    expect(await call(upstream, "flood", { bytes: 20_000_000 })).toBe("flooded");
    // The answer comes by another pipe.
    await until(() => lines.length > 0, "a part is in the log");
    expect(lines.length).toBeLessThan(5_000);
  });

  test("may print secrets on stderr; the log masks them", async () => {
    const { log, lines } = keptLog();
    const script = `process.stderr.write("token ghp_abcdefghij0123456789 " + "x".repeat(430) + " ghp_ABCDEFGHIJ" + "k".repeat(90) + "\\nDB_PASSWORD=hunter2hunter2")`;
    const upstream = start({ command: process.execPath, args: ["-e", script] }, { log });
    await until(() => lines.some((line) => line.includes("process is gone")), "the program has ended");
    await upstream.close();
    const logged = lines.join("");
    expect(logged).toContain("token [redacted]");
    expect(logged).toContain("DB_PASSWORD=[redacted]");
    expect(logged).not.toMatch(/ghp_|hunter2/);
  });

  test("may write lines that are no JSON-RPC; they are noted once", async () => {
    const { log, lines } = keptLog();
    const upstream = start(fixture("legacy-server.mjs"), { log });
    expect(await call(upstream, "garbage")).toBe("answer");
    expect(await call(upstream, "garbage")).toBe("answer");
    expect(lines.filter((line) => line.includes("no JSON-RPC"))).toHaveLength(1);
  });

  test("may greet on stdout before it speaks", async () => {
    const upstream = start(fixture("bad-server.mjs", "chatter"));
    expect((await upstream.settled(10_000)).kind).toBe("ready");
  });

  test("may answer in a batch", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    expect(await call(upstream, "batch")).toBe("batched");
    expect(host.notifications).toMatchObject([{ method: "notifications/message" }]);
  });
});

describe("answers", () => {
  test("that come twice, to nobody, or without being asked for are swallowed", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    expect(await call(upstream, "twice")).toBe("first");
    expect(await call(upstream, "strangers")).toBe("answer");
    expect(await call(upstream, "echo", { still: "here" })).toBe('{"still":"here"}');
    expect(host.notifications).toEqual([]);
  });

  test("keep to their requests when many are under way", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => call(upstream, "echo", { n })));
    expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => `{"n":${n}}`));
  });

  test("over the cap fail their request alone", async () => {
    const upstream = start(fixture("legacy-server.mjs"), { maxFrameBytes: 10_000 });
    const big = call(upstream, "big", { bytes: 50_000 });
    const small = call(upstream, "big", { bytes: 5_000 });
    await expect(big).rejects.toMatchObject({
      code: "upstream_failed",
      data: { server: "files", sent: true },
    });
    expect(await small).toHaveLength(5_000);
  });

  test("that are no UTF-8 fail their request alone", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    await expect(call(upstream, "bad_utf8")).rejects.toMatchObject({ code: "upstream_failed" });
    expect(await call(upstream, "echo")).toBe("{}");
  });
});

describe("progress", () => {
  test("all arrives, in order and before the result, when both share a chunk", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const heard: number[] = [];
    const onProgress = (params: string) => void heard.push(JSON.parse(params).progress);
    const reply = await upstream.request({ ...tool("burst", { count: 600 }), onProgress });
    expect(textIn(reply)).toBe("done");
    expect(heard).toEqual(Array.from({ length: 600 }, (_, at) => at + 1));
  });

  test("of two calls does not mix, though the client's tokens are equal", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const params = JSON.stringify({
      name: "slow_progress",
      arguments: { times: 3, ms: 5 },
      _meta: { progressToken: 1, keep: true },
    });
    const heard: number[][] = [[], []];
    await Promise.all(
      heard.map((list) =>
        upstream.request({
          method: "tools/call",
          params,
          onProgress: (text) => void list.push(JSON.parse(text).progress),
        }),
      ),
    );
    expect(heard).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test("is not asked for when nobody listens, and the rest of _meta stays", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const params = '{"name":"meta","_meta":{"progressToken":1,"claudecode/toolUseId":"x"}}';
    expect(textIn(await upstream.request({ method: "tools/call", params }))).toBe(
      '{"claudecode/toolUseId":"x"}',
    );
    const escaped = '{"name":"meta","\\u005fmeta":{"progressToken":1}}';
    expect(textIn(await upstream.request({ method: "tools/call", params: escaped }))).toBe("{}");
  });
});

describe("cancellation", () => {
  test("reaches the server and ends the wait", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    await upstream.settled(10_000);
    const abort = new AbortController();
    let sent = false;
    const hanging = upstream.request({
      ...tool("hang"),
      signal: abort.signal,
      onSent: () => {
        sent = true;
      },
    });
    expect(sent).toBe(true);
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: "request_cancelled" });
    const seen = JSON.parse(await call(upstream, "cancelled"));
    expect(seen.cancelled).toHaveLength(1);
  });

  test("before anything was sent sends nothing", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    await upstream.settled(10_000);
    const signal = AbortSignal.abort();
    await expect(upstream.request({ ...tool("hang"), signal })).rejects.toMatchObject({
      code: "request_cancelled",
    });
    const early = start(fixture("bad-server.mjs", "silent"));
    const abort = new AbortController();
    const waiting = early.request({ ...tool("hang"), signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "request_cancelled" });
  });

  test("comes by itself when the server's time is up, and progress gives it new time", async () => {
    const upstream = start({ ...fixture("legacy-server.mjs"), timeoutMs: 400 });
    await expect(call(upstream, "hang")).rejects.toThrow(/did not answer tools\/call within 400 ms/);
    const slow = { ...tool("slow_progress", { times: 8, ms: 100 }), onProgress: () => {} };
    expect(textIn(await upstream.request(slow))).toBe("done");
    expect(JSON.parse(await call(upstream, "cancelled")).cancelled).toHaveLength(1);
  });
});

describe("a request of the server's", () => {
  test.for(["sampling/createMessage", "elicitation/create", "roots/list"])(
    "%s is answered by the client",
    async (method) => {
      const host = testHost();
      host.answer = async () => ({ kind: "result", text: '{"n": 1.0}' });
      const upstream = start(fixture("legacy-server.mjs"), { host });
      const answer = await call(upstream, "ask", { method, params: { x: 1 } });
      expect(JSON.parse(answer)).toMatchObject({ id: 0, result: { n: 1 } });
      expect(host.requests).toMatchObject([{ method, params: '{"x":1}' }]);
    },
  );

  test("that the client refuses is refused with the client's error", async () => {
    const host = testHost();
    host.answer = async () => ({ kind: "error", text: '{"code":-1,"message":"User rejected"}' });
    const upstream = start(fixture("legacy-server.mjs"), { host });
    const answer = await call(upstream, "ask", { method: "roots/list" });
    expect(JSON.parse(answer)).toMatchObject({ error: { code: -1, message: "User rejected" } });
  });

  test("ping is answered here", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    expect(JSON.parse(await call(upstream, "ask", { method: "ping" }))).toMatchObject({ result: {} });
    expect(host.requests).toEqual([]);
  });

  test("that it takes back is taken back from the client", async () => {
    const host = testHost();
    host.answer = () => new Promise(() => {});
    const upstream = start(fixture("legacy-server.mjs"), { host });
    expect(await call(upstream, "ask_and_withdraw")).toBe("withdrawn");
    expect(host.requests[0]?.signal.aborted).toBe(true);
    expect(host.notifications).toEqual([]);
  });

  test("is taken back when the server dies", async () => {
    const host = testHost();
    host.answer = () => new Promise(() => {});
    const upstream = start(fixture("legacy-server.mjs"), { host });
    const asking = call(upstream, "ask", { method: "roots/list" });
    await until(() => host.requests.length === 1, "the server has asked");
    await expect(call(upstream, "crash")).rejects.toThrow();
    await expect(asking).rejects.toThrow();
    expect(host.requests[0]?.signal.aborted).toBe(true);
  });
});

test("notifications pass, list changes and logs among them", async () => {
  const host = testHost();
  const upstream = start(fixture("legacy-server.mjs"), { host });
  await call(upstream, "add_tool", { name: "fresh" });
  await call(upstream, "log", { data: { deep: [1] } });
  upstream.notify("notifications/roots/list_changed", undefined);
  expect(JSON.parse(await call(upstream, "cancelled")).notified).toContain(
    "notifications/roots/list_changed",
  );
  expect(host.notifications).toEqual([
    { method: "notifications/tools/list_changed", params: undefined },
    { method: "notifications/message", params: '{"level":"info","data":{"deep":[1]}}' },
  ]);
});

describe("a server that ends", () => {
  test("fails what was under way, says how it ended, and is started again", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    const first = await call(upstream, "pid");
    const hanging = call(upstream, "hang");
    await expect(call(upstream, "crash")).rejects.toMatchObject({
      code: "upstream_failed",
      message: 'The server "files" exited with code 3.',
      data: { server: "files", sent: true },
    });
    await expect(hanging).rejects.toMatchObject({ code: "upstream_failed" });
    await until(() => upstream.state.kind === "ready", "it runs again");
    expect(await call(upstream, "pid")).not.toBe(first);
    expect(host.states).toMatchObject([
      { kind: "ready" },
      { kind: "down", reason: "exited with code 3", final: false },
      { kind: "starting" },
      { kind: "ready" },
    ]);
  });

  test("in the middle of a line leaves no half answer", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    await expect(call(upstream, "half_line")).rejects.toThrow(/exited with code 0/);
  });

  test("by a signal is said to have been ended by it", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const pid = Number(await call(upstream, "pid"));
    const hanging = call(upstream, "hang");
    process.kill(pid, "SIGKILL");
    await expect(hanging).rejects.toThrow(/was ended by SIGKILL/);
  });

  test("is reminded of log level and subscriptions when it is back", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    await upstream.request({ method: "logging/setLevel", params: '{"level":"debug"}' });
    await upstream.request({ method: "resources/subscribe", params: '{"uri":"a:b"}' });
    await expect(call(upstream, "crash")).rejects.toThrow();
    await until(() => upstream.state.kind === "ready", "it runs again");
    expect(JSON.parse(await call(upstream, "cancelled"))).toMatchObject({
      level: "debug",
      subscribed: ["a:b"],
    });
  });

  test("at every start is tried again and again, and calls fail at once meanwhile", async () => {
    const host = testHost();
    const times = { retryMs: 150, longestRetryMs: 150 };
    const { log, lines } = keptLog();
    const upstream = start(fixture("bad-server.mjs", "crash-at-start"), { host, times, log });
    expect(await upstream.settled(10_000)).toEqual({
      kind: "down",
      reason: "exited with code 7",
      final: false,
    });
    await expect(call(upstream, "echo")).rejects.toMatchObject({
      message: 'The server "files" is down: it exited with code 7.',
      data: { sent: false },
    });
    await until(
      () => host.states.filter(({ kind }) => kind === "down").length >= 3,
      "it was tried three times",
    );
    // Said once, however often it is tried.
    expect(lines.filter((line) => line.includes("WARNING") && line.includes("is down"))).toHaveLength(1);
  });

  test("once at its start is there after the second one", async () => {
    const upstream = start(fixture("bad-server.mjs", "crash-once", scratch()));
    await until(() => upstream.state.kind === "ready", "it is there");
  });
});

test("a server that stops reading is ended before what waits for it fills the memory", async () => {
  const upstream = start(fixture("bad-server.mjs", "deaf"), {
    times: { retryMs: 60_000, longestRetryMs: 60_000 },
  });
  const args = { text: "x".repeat(1_000_000) };
  await call(upstream, "pid");
  await until(async () => {
    const calls = Array.from({ length: 5 }, () =>
      call(upstream, "pid", args).catch((error: Error) => error.message),
    );
    const first = await Promise.race([
      ...calls,
      new Promise((resolve) => setTimeout(resolve, 50, "waiting")),
    ]);
    return String(first).includes("stopped reading");
  }, "it is given up on");
});

describe("a server that cannot be opened", () => {
  test.for([
    [
      { command: "no-such-program-here" },
      /no command "no-such-program-here"; install it, or correct mcpServers.files.command/,
    ],
    [
      { ...fixture("legacy-server.mjs"), cwd: "/no/such/place" },
      /no directory \/no\/such\/place; correct mcpServers.files.cwd/,
    ],
    [{ command: import.meta.filename }, /may not be executed; check its permissions/],
    [{ command: "a\0b" }, /could not be started/],
    [{}, /neither a command nor a url/],
    [{ url: "ftp://example.com/mcp" }, /no http or https address/],
    [fixture("bad-server.mjs", "refuses"), /refused to introduce itself: "no licence"/],
    [fixture("bad-server.mjs", "from-the-future"), /version "2031-01-01" of the protocol/],
  ] as const)("is down, and says why and what to do: %s", async ([server, reason]) => {
    const upstream = start(server);
    const state = await upstream.settled(10_000);
    expect(state).toMatchObject({ kind: "down", reason: expect.stringMatching(reason) });
    await expect(call(upstream, "echo")).rejects.toThrow(reason);
  });

  test("because it says nothing is given up on, then tried again, and holds up nobody else", async () => {
    const upstream = start(fixture("bad-server.mjs", "silent"), { name: "mute", times: { openMs: 1_000 } });
    const other = start(fixture("legacy-server.mjs"), { name: "other" });
    expect(await call(other, "echo")).toBe("{}");
    expect(upstream.state.kind).toBe("starting");
    expect(await upstream.settled(10_000)).toMatchObject({
      kind: "down",
      reason: "did not introduce itself within 1000 ms",
    });
  });

  test("as fast as one would like is waited for", async () => {
    const upstream = start(fixture("bad-server.mjs", "slow", "700"));
    expect(await upstream.settled(50)).toEqual({ kind: "starting" });
    expect(Number(await call(upstream, "pid"))).toBeGreaterThan(0);
  });
});

describe("closing", () => {
  const pidsIn = (file: string) => readFileSync(file, "utf8").split(" ").map(Number);

  test("ends a server that listens, and fails what is under way", async () => {
    const host = testHost();
    const upstream = start(fixture("legacy-server.mjs"), { host });
    const pid = Number(await call(upstream, "pid"));
    const hanging = call(upstream, "hang");
    hanging.catch(() => {});
    await upstream.close();
    await expect(hanging).rejects.toMatchObject({ code: "upstream_failed" });
    expect(isAlive(pid)).toBe(false);
    expect(upstream.state).toEqual({ kind: "closed" });
    expect(host.states.at(-1)).toEqual({ kind: "closed" });
    await expect(call(upstream, "echo")).rejects.toThrow(/is closed/);
  });

  test("ends one that ignores the end of stdin and SIGTERM, its child included", async () => {
    const file = scratch();
    const upstream = start(fixture("bad-server.mjs", "stubborn", file));
    await upstream.settled(10_000);
    const pids = pidsIn(file);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await upstream.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test("ends a grandchild that the server leaves behind", async () => {
    const upstream = start(fixture("legacy-server.mjs"));
    const grandchild = Number(await call(upstream, "grandchild"));
    await upstream.close();
    expect(isAlive(grandchild)).toBe(false);
  });

  test("is not needed for the children of a server that left by itself", async () => {
    const file = scratch();
    const upstream = start(fixture("bad-server.mjs", "leaves-child", file), {
      times: { retryMs: 60_000, longestRetryMs: 60_000 },
    });
    expect(await upstream.settled(10_000)).toMatchObject({ kind: "down", reason: "exited with code 5" });
    await until(() => !pidsIn(file).some(isAlive), "both are gone");
  });

  test("works before the server has started and during its restart", async () => {
    await start(fixture("legacy-server.mjs")).close();
    const failing = start(fixture("bad-server.mjs", "crash-at-start"), { times: { retryMs: 60_000 } });
    await failing.settled(10_000);
    await failing.close();
    expect(failing.state).toEqual({ kind: "closed" });
  });
});
