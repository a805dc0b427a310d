import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../upstreams/support.ts";
import {
  type HttpProcess,
  type Message,
  messagesOf,
  open,
  type Sent,
  send,
  startHttp,
} from "./support/over-http.ts";
import { makePlace, type Place } from "./support/place.ts";

const fixture = path.join(import.meta.dirname, "../conformance/fixture.mjs");
const sdkServer = path.join(import.meta.dirname, "../fixtures/sdk-server.mjs");
const node = (...args: string[]) => ({ command: process.execPath, args, prefix: false });

let place: Place;
let preloop: HttpProcess;

beforeAll(async () => {
  place = await makePlace({
    servers: () => ({ fixture: node(fixture, "stdio"), sdk: node(sdkServer, "stdio") }),
    policy: { default: "allow" },
  });
  preloop = await startHttp(place, { LOG_LEVEL: "DEBUG" });
});
afterAll(async () => {
  await preloop?.stop();
  await place?.remove();
});

const BOTH = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
const frame = (method: string, params: object = {}, id: string | number = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const read = (text: string) => JSON.parse(text) as Message;

describe("a legacy session", () => {
  const hello = {
    protocolVersion: "2025-11-25",
    capabilities: { elicitation: {} },
    clientInfo: { name: "raw", version: "1" },
  };
  const post = (body: string, headers: Record<string, string> = {}) =>
    send(preloop.url, { headers: { ...BOTH, ...headers }, body });

  async function initialize(): Promise<Record<string, string>> {
    const opened = await post(frame("initialize", hello));
    expect(opened.status).toBe(200);
    expect(read(opened.text).result).toMatchObject({ serverInfo: { name: "preloop" } });
    const headers = {
      "Mcp-Session-Id": opened.headers["mcp-session-id"] as string,
      "MCP-Protocol-Version": "2025-11-25",
    };
    const told = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(await post(told, headers)).toMatchObject({ status: 202, text: "" });
    return headers;
  }

  test("is opened by initialize, used by its id, and closed by DELETE", async () => {
    const session = await initialize();
    expect(session["Mcp-Session-Id"]).toMatch(/^[\w-]{43}$/);
    const listed = await post(frame("tools/list"), session);
    expect(listed.headers["content-type"]).toBe("application/json");
    expect(listed.text).toContain("test_simple_text");
    expect(await send(preloop.url, { method: "DELETE", headers: session })).toMatchObject({ status: 204 });
    expect(await post(frame("tools/list"), session)).toMatchObject({ status: 404 });
    expect(await send(preloop.url, { method: "DELETE", headers: session })).toMatchObject({ status: 404 });
  });

  test("is refused to whoever has no id, or another one", async () => {
    expect(await post(frame("tools/list"))).toMatchObject({ status: 400 });
    expect(await post(frame("tools/list"), { "Mcp-Session-Id": "guessed" })).toMatchObject({ status: 404 });
    const get = (headers: Record<string, string>) =>
      send(preloop.url, { method: "GET", headers: { Accept: "text/event-stream", ...headers } });
    expect(await get({})).toMatchObject({ status: 400 });
    expect(await get({ "Mcp-Session-Id": "guessed" })).toMatchObject({ status: 404 });
  });

  test.for<[string, Record<string, string>, number]>([
    ["a revision nobody knows", { "MCP-Protocol-Version": "1999-01-01" }, 400],
    ["an answer that is neither JSON nor events", { Accept: "text/html" }, 406],
    ["a body that is no JSON by its own word", { "Content-Type": "text/plain" }, 415],
  ])("is not served with %s", async ([, headers, status]) => {
    expect(await post(frame("ping"), { ...(await initialize()), ...headers })).toMatchObject({ status });
  });

  test("answers a batch with a batch", async () => {
    const session = await initialize();
    const { text } = await post(`[${frame("ping", {}, "a")},${frame("ping", {}, "b")}]`, session);
    expect((JSON.parse(text) as Message[]).map(({ id }) => id).sort()).toEqual(["a", "b"]);
  });

  test("answers in JSON alone where the client wants it, and in events alone too", async () => {
    const session = await initialize();
    const call = frame("tools/call", { name: "test_simple_text", arguments: {} });
    const json = await post(call, { ...session, Accept: "application/json" });
    expect(read(json.text).result).toMatchObject({ content: [{ type: "text" }] });
    const events = await post(call, { ...session, Accept: "text/event-stream" });
    expect(events.headers["content-type"]).toBe("text/event-stream");
    expect(events.text).toContain("data: {");
  });

  test("says progress and the server's questions on the stream of the call, without any other stream", async () => {
    const session = await initialize();
    const call = { name: "test_elicitation", arguments: { message: "who?" } };
    const stream = await open(preloop.url, {
      headers: { ...BOTH, ...session },
      body: frame("tools/call", call, 7),
    });
    const messages = messagesOf(stream);
    const { value: question } = await messages.next();
    expect(question).toMatchObject({ method: "elicitation/create", params: { message: "[fixture] who?" } });
    const result = { action: "accept", content: { response: "me" } };
    const answer = JSON.stringify({ jsonrpc: "2.0", id: question.id, result });
    expect(await post(answer, session)).toMatchObject({ status: 202 });
    const { value: reply } = await messages.next();
    expect(reply).toMatchObject({ id: 7 });
    expect(JSON.stringify(reply.result)).toContain('\\"response\\":\\"me\\"');
  });

  test("says a task's questions on the stream of whoever waits for its result", async () => {
    const session = await initialize();
    const call = { name: "test_elicitation", arguments: { message: "who?" }, task: {} };
    const begun = read(
      (await post(frame("tools/call", call), { ...session, Accept: "application/json" })).text,
    );
    const { taskId } = (begun.result as { task: { taskId: string } }).task;
    const stream = await open(preloop.url, {
      headers: { ...BOTH, ...session },
      body: frame("tasks/result", { taskId }, 8),
    });
    const messages = messagesOf(stream);
    let { value: message } = await messages.next();
    while (message.method === "notifications/tasks/status") message = (await messages.next()).value;
    expect(message).toMatchObject({
      method: "elicitation/create",
      params: { _meta: { "io.modelcontextprotocol/related-task": { taskId } } },
    });
    const result = { action: "accept", content: { response: "me" } };
    await post(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }), session);
    do message = (await messages.next()).value;
    while (message.method === "notifications/tasks/status");
    expect(message).toMatchObject({ id: 8 });
    expect(JSON.stringify(message.result)).toContain('\\"response\\":\\"me\\"');
  });

  test("brings what belongs to no request on the stream of a GET", async () => {
    const session = await initialize();
    await post(frame("tools/list"), session);
    const stream = await open(preloop.url, {
      method: "GET",
      headers: { Accept: "text/event-stream", ...session },
    });
    const messages = messagesOf(stream);
    await post(frame("tools/call", { name: "test_trigger_tool_change", arguments: {} }), session);
    const { value } = await messages.next();
    expect(value).toMatchObject({ method: "notifications/tools/list_changed" });
    stream.destroy();
  });
});

describe("a modern request", () => {
  const meta = (more: object = {}) => ({
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
    ...more,
  });
  function modern(
    method: string,
    params: object = {},
    more: Partial<Sent> & { id?: string | number } = {},
  ): Sent {
    const named = params as { name?: string; uri?: string };
    const name = named.name ?? named.uri;
    return {
      headers: {
        ...BOTH,
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": method,
        ...(name === undefined ? {} : { "Mcp-Name": name }),
        ...more.headers,
      },
      body: frame(method, { _meta: meta(), ...params }, more.id),
    };
  }
  const ask = async (...request: Parameters<typeof modern>) => {
    const answered = await send(preloop.url, modern(...request));
    return { ...answered, message: read(answered.text) };
  };

  test("stands for itself", async () => {
    const call = await ask("tools/call", { name: "test_simple_text", arguments: {} }, { id: "x" });
    expect(call).toMatchObject({ status: 200, message: { id: "x", result: { resultType: "complete" } } });
    expect(call.headers).not.toHaveProperty("mcp-session-id");
  });

  test.for<[string, Sent, number, number]>([
    [
      "another method in the header",
      modern("tools/list", {}, { headers: { "Mcp-Method": "ping" } }),
      400,
      -32020,
    ],
    [
      "another name in the header",
      modern("tools/call", { name: "test_simple_text" }, { headers: { "Mcp-Name": "test_image_content" } }),
      400,
      -32020,
    ],
    [
      "another revision in the header",
      modern("tools/list", {}, { headers: { "MCP-Protocol-Version": "2025-11-25" } }),
      400,
      -32020,
    ],
    [
      "a revision nobody knows",
      modern(
        "tools/list",
        { _meta: meta({ "io.modelcontextprotocol/protocolVersion": "2099-01-01" }) },
        { headers: { "MCP-Protocol-Version": "2099-01-01" } },
      ),
      400,
      -32022,
    ],
    ["no envelope", modern("tools/list", { _meta: {} }), 400, -32602],
    ["a method that is gone", modern("ping"), 404, -32601],
    ["initialize", modern("initialize"), 404, -32601],
  ])("with %s is refused", async ([, request, status, code]) => {
    const answered = await send(preloop.url, request);
    expect(answered.status).toBe(status);
    expect(read(answered.text)).toMatchObject({ id: 1, error: { code } });
  });

  test("without its headers is refused", async () => {
    const { body = "" } = modern("tools/list");
    const answered = await send(preloop.url, { headers: BOTH, body });
    expect(answered.status).toBe(400);
    expect(read(answered.text).error?.code).toBe(-32020);
  });

  test("may name a tool in base64, as headers must where plain text cannot be one", async () => {
    const name = `=?base64?${Buffer.from("test_simple_text").toString("base64")}?=`;
    const call = await ask("tools/call", { name: "test_simple_text" }, { headers: { "Mcp-Name": name } });
    expect(call.status).toBe(200);
  });

  test.for<[string, Record<string, string>, number]>([
    ["as it is", { "Mcp-Param-Region": "eu" }, 200],
    ["in base64", { "Mcp-Param-Region": "=?base64?ZXU=?=" }, 200],
    ["in base64 that is none", { "Mcp-Param-Region": "=?base64?ZXU?=" }, 400],
    ["as something else", { "Mcp-Param-Region": "us" }, 400],
    ["not at all", {}, 400],
  ])("repeats an argument in a header where its tool wants that: %s", async ([, headers, status]) => {
    const call = await ask("tools/call", { name: "shard", arguments: { region: "eu" } }, { headers });
    expect(call.status).toBe(status);
    if (status === 200) expect(call.message.result).toMatchObject({ content: [{ text: "eu" }] });
    else expect(call.message.error?.code).toBe(-32020);
  });

  test.for(["GET", "DELETE", "PUT"])("is never a %s", async (method) => {
    const headers = { Accept: "text/event-stream", "MCP-Protocol-Version": "2026-07-28" };
    const answered = await send(preloop.url, { method, headers });
    expect(answered).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });

  test("keeps its id apart from the same id of another client", async () => {
    const calls = ["one", "two", "three"].map((text) =>
      ask("tools/call", { name: "echo", arguments: { text } }, { id: "same" }),
    );
    for (const [at, { message }] of (await Promise.all(calls)).entries())
      expect(message).toMatchObject({
        id: "same",
        result: { content: [{ text: ["one", "two", "three"][at] }] },
      });
  });

  test("is cancelled when its answer is closed", async () => {
    const before = preloop.said().split("hang was cancelled").length;
    const call = modern("tools/call", { name: "hang", arguments: {}, _meta: meta({ progressToken: 1 }) });
    const stream = await open(preloop.url, {
      ...call,
      headers: { ...call.headers, Accept: "text/event-stream" },
    });
    // A call that has not been sent yet is cancelled without its server.
    await messagesOf(stream).next();
    stream.destroy();
    await until(() => preloop.said().split("hang was cancelled").length > before, "the tool was cancelled");
  });

  test("listens on a stream that carries its own id", async () => {
    const wanted = { notifications: { promptsListChanged: true } };
    const stream = await open(preloop.url, modern("subscriptions/listen", wanted, { id: "mine" }));
    const messages = messagesOf(stream);
    const tagged = { _meta: { "io.modelcontextprotocol/subscriptionId": "mine" } };
    const { value: first } = await messages.next();
    expect(first).toMatchObject({ method: "notifications/subscriptions/acknowledged", params: tagged });
    await ask("prompts/list");
    await ask("tools/call", { name: "test_trigger_tool_change", arguments: {} });
    await ask("tools/call", { name: "test_trigger_prompt_change", arguments: {} });
    const { value: second } = await messages.next();
    expect(second).toMatchObject({ method: "notifications/prompts/list_changed", params: tagged });
    stream.destroy();
  });
});

describe("whatever else comes in", () => {
  const knock = (headers: Record<string, string>, more: Partial<Sent> = {}) =>
    send(preloop.url, { headers: { ...BOTH, ...headers }, body: frame("ping"), ...more });

  test("S-43: a Host that is not ours is refused, and so is none", async () => {
    const own = new URL(preloop.url).port;
    expect(await knock({ Host: `evil.test:${own}` })).toMatchObject({ status: 403 });
    expect(await knock({ Host: "127.0.0.1:1" })).toMatchObject({ status: 403 });
    expect(await knock({}, { bare: true })).toMatchObject({ status: 400 });
    expect(await knock({ Host: `localhost:${own}` })).toMatchObject({ status: 400 }); // no session, but let in
  });

  test("S-44: another origin is refused, and no site is told that it may read", async () => {
    const own = new URL(preloop.url).port;
    for (const Origin of ["null", "http://localhost:1", "https://evil.test", `https://localhost:${own}`]) {
      const answered = await knock({ Origin });
      expect(answered.status, Origin).toBe(403);
      expect(Object.keys(answered.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
    const preflight = await knock(
      { Origin: "https://evil.test", "Access-Control-Request-Method": "POST" },
      { method: "OPTIONS" },
    );
    expect(preflight.status).toBe(403);
    const ours = await knock({ Origin: `http://localhost:${own}` });
    expect(ours).toMatchObject({ status: 400 });
    expect(Object.keys(ours.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("S-45: no other address than loopback is listened on", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.com"]) {
      const refused = await place.run("--http", "--host", host, "--port", "0");
      expect(refused, host).toMatchObject({ status: 2 });
      expect(refused.stderr).toContain("loopback");
    }
    const wanted = Number(new URL(preloop.url).port).toString(16).toUpperCase().padStart(4, "0");
    const sockets = await Promise.all(["tcp", "tcp6"].map((kind) => readFile(`/proc/net/${kind}`, "utf8")));
    const listening = [...sockets.join("\n").matchAll(/: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /g)];
    expect(listening.filter(([, , port]) => port === wanted).map(([, address]) => address)).toEqual([
      "0100007F",
    ]);
  });

  test.for<[string, Sent, number, number]>([
    ["text that is no JSON", { body: "{" }, 400, -32700],
    ["bytes that are no UTF-8", { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, -32700],
    ["a message without a version", { body: '{"id":1,"method":"ping"}' }, 400, -32600],
    ["an empty batch", { body: "[]" }, 400, -32600],
    ["more than 10 MiB", { body: Buffer.alloc(11 * 2 ** 20, 32) }, 413, -32600],
  ])("is answered by what it is: %s", async ([, sent, status, code]) => {
    const answered = await send(preloop.url, { headers: BOTH, ...sent });
    expect(answered.status).toBe(status);
    expect(read(answered.text).error?.code).toBe(code);
  });

  test("is not found beside the endpoint", async () => {
    expect(await knock({}, { path: "/" })).toMatchObject({ status: 404 });
  });
});
