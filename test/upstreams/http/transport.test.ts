import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { call, fixture, program, start, testHost, textIn, until } from "../support.ts";

const everything = path.join(
  import.meta.dirname,
  "../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
);
const tool = (name: string, args: object = {}) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: args }),
});

interface Seen {
  readonly method: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body:
    | { id?: number; method?: string; params?: { name?: string; arguments?: unknown } }
    | undefined;
}
type Answer = (seen: Seen, response: http.ServerResponse) => void;

/** A server that notes every request and answers with `answer`; one that answers nothing gets a 202. */
async function serve(
  answer: Answer,
  port = 0,
): Promise<{ url: string; seen: Seen[]; stop(): Promise<void> }> {
  const seen: Seen[] = [];
  const server = http.createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const one: Seen = {
      method: request.method ?? "",
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    seen.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, seen, stop };
}

function json(response: http.ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body, null, 2));
}

function events(response: http.ServerResponse): (message: unknown, id?: string) => void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  return (message, id) => {
    const data = message === undefined ? "" : JSON.stringify(message);
    response.write(`${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`);
  };
}

const text = (value: string) => ({ content: [{ type: "text", text: value }] });
const profile = {
  protocolVersion: "2025-11-25",
  capabilities: { tools: {} },
  serverInfo: { name: "raw", version: "1" },
};

/** Answers the legacy handshake; everything else is the test's. */
function legacy(rest: Answer, sessions: { current: string } = { current: "s1" }): Answer {
  return (seen, response) => {
    const { body, method, headers } = seen;
    if (body?.method === "initialize") {
      const result = { jsonrpc: "2.0", id: body.id, result: profile };
      return json(response, 200, result, { "mcp-session-id": sessions.current });
    }
    if (headers["mcp-session-id"] !== sessions.current)
      return json(response, 404, {
        jsonrpc: "2.0",
        id: null,
        error: { code: -32001, message: "Session not found" },
      });
    if (method === "DELETE") return void response.writeHead(200).end();
    if (method === "GET" && body === undefined) return rest(seen, response);
    if (body?.id === undefined) return void response.writeHead(202).end();
    rest(seen, response);
  };
}

const noStream: Answer = (_seen, response) => void response.writeHead(405).end();
const echo: Answer = (seen, response) => {
  if (seen.method === "GET") return noStream(seen, response);
  json(response, 200, { jsonrpc: "2.0", id: seen.body?.id, result: text(seen.body?.params?.name ?? "?") });
};

describe("a legacy server over HTTP", () => {
  test("is opened, told of the version and the session, and left with DELETE", async () => {
    const server = await serve(legacy(echo));
    const upstream = start({ url: server.url, headers: { Authorization: "Bearer t" } });
    expect(await upstream.settled(10_000)).toMatchObject({ kind: "ready", profile: { era: "legacy" } });
    expect(await call(upstream, "hi")).toBe("hi");
    await upstream.close();
    const [opening, ...others] = server.seen;
    expect(opening?.headers["mcp-session-id"]).toBeUndefined();
    expect(opening?.headers.accept).toBe("application/json, text/event-stream");
    const said = others.map(({ method, body }) => body?.method ?? method);
    expect(said).toHaveLength(4);
    expect(said[0]).toBe("notifications/initialized");
    expect(said).toEqual(expect.arrayContaining(["GET", "tools/call"]));
    expect(said[3]).toBe("DELETE");
    for (const { headers } of others)
      expect(headers).toMatchObject({ "mcp-session-id": "s1", "mcp-protocol-version": "2025-11-25" });
    for (const { headers } of server.seen) expect(headers.authorization).toBe("Bearer t");
  });

  test("streams progress, requests of its own and the answer, in order", async () => {
    const host = testHost();
    host.answer = async () => ({ kind: "result", text: '{"roots":[]}' });
    const answered: unknown[] = [];
    const server = await serve((seen, response) => {
      const body = seen.body as {
        id?: number;
        result?: unknown;
        params: { _meta: { progressToken: number } };
      };
      if (body?.result !== undefined) {
        answered.push(body);
        return void response.writeHead(202).end();
      }
      legacy((_seen, stream) => {
        if (seen.method === "GET") return noStream(seen, stream);
        const send = events(stream);
        const { progressToken } = body.params._meta;
        for (let progress = 1; progress <= 50; progress++)
          send({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress } });
        send({ jsonrpc: "2.0", id: 7, method: "roots/list" });
        send({ jsonrpc: "2.0", id: body.id, result: text("größer") });
        stream.end();
      })(seen, response);
    });
    const upstream = start({ url: server.url }, { host });
    const heard: number[] = [];
    const onProgress = (params: string) => void heard.push(JSON.parse(params).progress);
    expect(textIn(await upstream.request({ ...tool("x"), onProgress }))).toBe("größer");
    expect(heard).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect(host.requests).toMatchObject([{ method: "roots/list" }]);
    await until(() => answered.length === 1, "the server has the answer");
    expect(answered).toEqual([{ jsonrpc: "2.0", id: 7, result: { roots: [] } }]);
  });

  test("that cuts characters between chunks is read right", async () => {
    const server = await serve(
      legacy((seen, response) => {
        if (seen.method === "GET") return noStream(seen, response);
        response.writeHead(200, { "content-type": "text/event-stream" });
        const whole = Buffer.from(
          `data: ${JSON.stringify({ jsonrpc: "2.0", id: seen.body?.id, result: text("a漢😀\u2028b") })}\r\n\r\n`,
        );
        let at = 0;
        const next = () => {
          if (at === whole.length) return response.end();
          response.write(whole.subarray(at, ++at));
          setImmediate(next);
        };
        next();
      }),
    );
    expect(await call(start({ url: server.url }), "x")).toBe("a漢😀\u2028b");
  });

  test("speaks unasked on its stream, which is picked up where it broke", async () => {
    const host = testHost();
    let opened = 0;
    const server = await serve(
      legacy((seen, response) => {
        if (seen.method !== "GET") return echo(seen, response);
        const send = events(response);
        const data = { level: "info", data: ++opened };
        send({ jsonrpc: "2.0", method: "notifications/message", params: data }, `e${opened}`);
        if (opened < 3) response.end();
      }),
    );
    const upstream = start({ url: server.url }, { host });
    await until(() => host.notifications.length === 3, "all three were heard");
    const gets = server.seen.filter(({ method }) => method === "GET");
    expect(gets.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "e1", "e2"]);
    expect(upstream.state.kind).toBe("ready");
  });

  test("may break off an answer and finish it when asked again", async () => {
    let id: number | undefined;
    const server = await serve(
      legacy((seen, response) => {
        if (seen.method === "GET" && seen.headers["last-event-id"] === "p1") {
          events(response)({ jsonrpc: "2.0", id, result: text("finished") }, "p2");
          return response.end();
        }
        if (seen.method === "GET") return noStream(seen, response);
        id = seen.body?.id;
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end("id: p1\nretry: 10\ndata:\n\n");
      }),
    );
    expect(await call(start({ url: server.url }), "x")).toBe("finished");
  });

  test("that forgets the session gets a new one, and the call is made there", async () => {
    const sessions = { current: "s1" };
    const host = testHost();
    const server = await serve(legacy(echo, sessions));
    const upstream = start({ url: server.url }, { host });
    await upstream.settled(10_000);
    sessions.current = "s2";
    expect(await call(upstream, "again")).toBe("again");
    const calls = server.seen.filter(({ body }) => body?.method === "tools/call");
    expect(calls.map(({ headers }) => headers["mcp-session-id"])).toEqual(["s1", "s2"]);
    expect(host.states.map(({ kind }) => kind)).toEqual(["ready", "starting", "ready"]);
  });

  test("is told of a cancelled call", async () => {
    const server = await serve(
      legacy((seen, response) => {
        if (seen.method === "GET") noStream(seen, response);
      }),
    );
    const upstream = start({ url: server.url });
    await upstream.settled(10_000);
    const abort = new AbortController();
    const hanging = upstream.request({ ...tool("hang"), signal: abort.signal });
    await until(() => server.seen.some(({ body }) => body?.method === "tools/call"), "the call is there");
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: "request_cancelled" });
    await until(
      () => server.seen.some(({ body }) => body?.method === "notifications/cancelled"),
      "it is told",
    );
  });

  test("that goes away fails what is under way, and is found again when it is back", async () => {
    const first = await serve(
      legacy((seen, response) => {
        if (seen.method === "GET") noStream(seen, response);
      }),
    );
    const upstream = start({ url: first.url });
    await upstream.settled(10_000);
    const hanging = call(upstream, "hang");
    hanging.catch(() => {});
    await until(() => first.seen.some(({ body }) => body?.method === "tools/call"), "the call is there");
    await first.stop();
    await expect(hanging).rejects.toMatchObject({ code: "upstream_failed", data: { sent: true } });
    const refused = async () => {
      const error = await call(upstream, "x").catch((error: Error & { data: object }) => error);
      return typeof error !== "string" && /is it running/.test(error.message) && error.data;
    };
    await until(async () => Boolean(await refused()), "calls fail at once");
    expect(await refused()).toEqual({ server: "files", sent: false });
    expect(upstream.state.kind).not.toBe("ready");
    await serve(legacy(echo), Number(new URL(first.url).port));
    await until(() => upstream.state.kind === "ready", "it is back");
    expect(await call(upstream, "back")).toBe("back");
  });
});

describe("an HTTP answer that cannot be used", () => {
  test.for([
    [(_: Seen, r: http.ServerResponse) => r.writeHead(500).end("oops"), /failed \(HTTP 500\)/, true],
    [(_: Seen, r: http.ServerResponse) => r.writeHead(429).end(), /refused the request \(HTTP 429\)/, false],
    [
      (_: Seen, r: http.ServerResponse) => r.writeHead(401).end(),
      /asks for a login.*mcpServers\.files\.headers/,
      false,
    ],
    [(_: Seen, r: http.ServerResponse) => r.writeHead(200).end(), /before it was complete/, true],
    [(_: Seen, r: http.ServerResponse) => r.destroy(), /broke off the connection/, true],
    [(_: Seen, r: http.ServerResponse) => r.end("x".repeat(30_000)), /more than 20000 bytes/, true],
    [
      (_: Seen, r: http.ServerResponse) => events(r)({ long: "x".repeat(30_000) }),
      /more than 20000 bytes/,
      true,
    ],
    [(_: Seen, r: http.ServerResponse) => r.end(Buffer.of(0x7b, 0xff, 0x7d)), /no UTF-8/, true],
    [(_: Seen, r: http.ServerResponse) => events(r)({}) ?? r.destroy(), /broke off/, true],
  ] as const)("fails its call and not the server: %s", async ([answer, message, sent]) => {
    const server = await serve(
      legacy((seen, response) => {
        if (seen.method === "GET") return noStream(seen, response);
        if (seen.body?.params?.name === "fine") return echo(seen, response);
        answer(seen, response);
      }),
    );
    const upstream = start({ url: server.url }, { maxFrameBytes: 20_000 });
    await expect(call(upstream, "broken")).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringMatching(message),
      data: { server: "files", sent },
    });
    expect(await call(upstream, "fine")).toBe("fine");
  });
});

describe("an address that cannot be opened", () => {
  test.for([
    [
      "asks for a login",
      (_: Seen, r: http.ServerResponse) => r.writeHead(401).end(),
      /HTTP 401.*mcpServers\.files\.headers\.Authorization/,
      true,
    ],
    [
      "has nothing there",
      (_: Seen, r: http.ServerResponse) => r.writeHead(404).end(),
      /nothing at this address.*mcpServers\.files\.url/,
      false,
    ],
  ] as const)("because it %s says so", async ([, answer, reason, final]) => {
    const server = await serve(answer);
    for (const era of ["legacy", "modern"] as const) {
      const upstream = start(
        { url: server.url },
        { host: testHost(era), times: { retryMs: 60_000, longestRetryMs: 60_000 } },
      );
      const state = await upstream.settled(10_000);
      expect(state).toMatchObject({ kind: "down", reason: expect.stringMatching(reason), final });
    }
  });

  test("because nobody is there says so", async () => {
    const server = await serve(echo);
    await server.stop();
    const upstream = start({ url: server.url });
    expect(await upstream.settled(10_000)).toMatchObject({
      kind: "down",
      reason: expect.stringContaining("is it running?"),
    });
  });
});

describe("a redirect", () => {
  const redirect =
    (to: string): Answer =>
    (_seen, response) =>
      void response.writeHead(307, { location: to }).end();

  test("to another host is not followed: neither calls nor credentials go there", async () => {
    const other = await serve(legacy(echo));
    const server = await serve(redirect(other.url.replace("127.0.0.1", "localhost")));
    const upstream = start({ url: server.url, headers: { Authorization: "Bearer secret" } });
    const state = await upstream.settled(10_000);
    expect(state).toMatchObject({
      kind: "down",
      reason: expect.stringMatching(/redirects to http:\/\/localhost/),
    });
    expect(other.seen).toEqual([]);
  });

  test("on the same host is followed, call and credentials with it", async () => {
    let moved = false;
    const server = await serve((seen, response) => {
      if (seen.body?.method !== "tools/call" || moved) return legacy(echo)(seen, response);
      moved = true;
      redirect("/elsewhere")(seen, response);
    });
    const upstream = start({ url: server.url, headers: { Authorization: "Bearer t" } });
    expect(await call(upstream, "found")).toBe("found");
    const calls = server.seen.filter(({ body }) => body?.method === "tools/call");
    expect(calls.map(({ headers }) => headers.authorization)).toEqual(["Bearer t", "Bearer t"]);
  });

  test("in a circle ends", async () => {
    const server = await serve(redirect("/mcp"));
    const upstream = start({ url: server.url });
    expect(await upstream.settled(10_000)).toMatchObject({ reason: expect.stringContaining("in a circle") });
  });
});

describe("the SDK's server over HTTP", () => {
  const sdk = (legacyMode: string) => {
    const { command, args } = fixture("sdk-server.mjs", "http", legacyMode);
    return program(command, args, /^http.*$/);
  };

  test.for([
    ["legacy", "serve", "legacy"],
    ["modern", "serve", "modern"],
    ["legacy", "reject", "modern"],
    ["modern", "reject", "modern"],
  ] as const)("for a %s client, when it is to %s the older era, speaks %s", async ([client, mode, era]) => {
    const { url } = await sdk(mode);
    const upstream = start({ url }, { host: testHost(client) });
    expect(await upstream.settled(10_000)).toMatchObject({ kind: "ready", profile: { era } });
    expect(await call(upstream, "echo", { text: "hällo" })).toBe("hällo");
    const list = await upstream.request({ method: "tools/list", params: undefined });
    expect(list.text).toContain('"shard"');
    expect(await call(upstream, "shard", { region: "eu-ö" })).toBe("eu-ö");
    const heard: number[] = [];
    const onProgress = (params: string) => void heard.push(JSON.parse(params).progress);
    await upstream.request({ ...tool("count", { to: 20 }), onProgress });
    expect(heard).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    const unknown = await upstream.request({ method: "no/such", params: undefined });
    expect(unknown).toMatchObject({ kind: "error", value: { code: -32601 } });
  });

  test("hears of changes and of a cancelled call in the modern era", async () => {
    const { url, child } = await sdk("reject");
    const host = testHost("modern");
    const upstream = start({ url }, { host });
    await upstream.settled(10_000);
    await until(async () => {
      await fetch(new URL("/notify", url));
      return host.notifications.length > 0;
    }, "the change was heard");
    expect(host.notifications[0]?.method).toBe("notifications/tools/list_changed");
    const told = new Promise<void>((resolve) => {
      child.stderr?.on("data", (data) => String(data).includes("hang was cancelled") && resolve());
    });
    const abort = new AbortController();
    const hanging = upstream.request({ ...tool("hang"), signal: abort.signal });
    await call(upstream, "echo", { text: "meanwhile" });
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: "request_cancelled" });
    await told;
  });
});

test("server-everything over StreamableHTTP opens, calls, progresses and asks", async () => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  await program(process.execPath, [everything, "streamableHttp"], /listening on port/, {
    PORT: String(port),
  });
  const host = testHost();
  host.answer = async (method) => ({
    kind: "result",
    text:
      method === "roots/list"
        ? '{"roots":[]}'
        : '{"model":"m","role":"assistant","content":{"type":"text","text":"sampled"}}',
  });
  const upstream = start({ url: `http://127.0.0.1:${port}/mcp` }, { host });
  expect(await upstream.settled(20_000)).toMatchObject({ kind: "ready", profile: { era: "legacy" } });
  expect(await call(upstream, "echo", { message: "hi" })).toBe("Echo: hi");
  const heard: string[] = [];
  const long = tool("trigger-long-running-operation", { duration: 1, steps: 4 });
  await upstream.request({ ...long, onProgress: (params) => void heard.push(params) });
  expect(heard).toHaveLength(4);
  expect(await call(upstream, "trigger-sampling-request", { prompt: "x", maxTokens: 5 })).toContain(
    "sampled",
  );
  expect(host.requests.map(({ method }) => method)).toContain("sampling/createMessage");
});
