import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { call, program, start, testHost, until } from "../support.ts";

const everything = path.join(
  import.meta.dirname,
  "../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
);

describe("server-everything over HTTP+SSE", () => {
  test.for([
    ["legacy", "sse"],
    ["modern", "sse"],
    ["legacy", undefined],
    ["modern", "http"],
  ] as const)("serves a %s client where the config says %s", async ([era, type]) => {
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    const { child } = await program(process.execPath, [everything, "sse"], /running on port/, { PORT: port });
    const host = testHost(era);
    host.answer = async (method) => ({
      kind: "result",
      text:
        method === "roots/list"
          ? '{"roots":[{"uri":"file:///somewhere","name":"here"}]}'
          : '{"model":"m","role":"assistant","content":{"type":"text","text":"sampled"}}',
    });
    const upstream = start({ url: `http://127.0.0.1:${port}/sse`, ...(type && { type }) }, { host });
    expect(await upstream.settled(20_000)).toMatchObject({ kind: "ready", profile: { era: "legacy" } });
    expect(await call(upstream, "echo", { message: "hi" })).toBe("Echo: hi");
    const heard: number[] = [];
    const params = JSON.stringify({
      name: "trigger-long-running-operation",
      arguments: { duration: 1, steps: 4 },
    });
    const onProgress = (progress: string) => void heard.push(JSON.parse(progress).progress);
    await upstream.request({ method: "tools/call", params, onProgress });
    expect(heard).toEqual([1, 2, 3, 4]);
    if (era === "legacy")
      expect(await call(upstream, "trigger-sampling-request", { prompt: "x", maxTokens: 5 })).toContain(
        "sampled",
      );
    child.kill("SIGKILL");
    await until(() => upstream.state.kind === "down", "its end is noticed");
  });
});

interface Raw {
  readonly url: string;
  readonly posted: { path: string; body: { id?: number; method?: string }; authorization?: string }[];
  /** Streams that are open now. */
  readonly streams: Set<http.ServerResponse>;
}

/** A server of HTTP+SSE without an SDK; `answer` gets what is posted and the stream to answer on. */
async function serve(
  endpoint: (port: number) => string,
  answer: (body: { id?: number; method?: string }, say: (message: unknown) => void) => void,
): Promise<Raw> {
  const raw: Raw = { url: "", posted: [], streams: new Set() };
  const server = http.createServer(async (request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`event: endpoint\ndata: ${endpoint(port)}\n\n`);
      raw.streams.add(response);
      response.on("close", () => raw.streams.delete(response));
      return;
    }
    if (request.url === "/sse") return void response.writeHead(405).end();
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const { authorization } = request.headers;
    raw.posted.push({ path: request.url ?? "", body, ...(authorization && { authorization }) });
    response.writeHead(202).end("Accepted");
    const say = (message: unknown) => {
      for (const stream of raw.streams) stream.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    };
    if (body.method === "initialize") {
      const profile = {
        protocolVersion: "2024-11-05",
        capabilities: { tools: {} },
        serverInfo: { name: "raw", version: "1" },
      };
      say({ jsonrpc: "2.0", id: body.id, result: profile });
    } else answer(body, say);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { ...raw, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sse` };
}

const text = (value: string) => ({ content: [{ type: "text", text: value }] });
const echo = (body: { id?: number }, say: (message: unknown) => void) => {
  if (body.id !== undefined) say({ jsonrpc: "2.0", id: body.id, result: text("answered") });
};

describe("an HTTP+SSE server", () => {
  test("is posted to in order, at the address it names, with the headers of the config", async () => {
    const server = await serve(() => "/messages?session=7", echo);
    const upstream = start({ url: server.url, type: "sse", headers: { Authorization: "Bearer t" } });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => call(upstream, `t${at}`)));
    expect(new Set(answers)).toEqual(new Set(["answered"]));
    expect(server.posted.slice(0, 2).map(({ body }) => body.method)).toEqual([
      "initialize",
      "notifications/initialized",
    ]);
    const ids = server.posted.flatMap(({ body }) => (body.id === undefined ? [] : [body.id]));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(server.posted.map((post) => `${post.path} ${post.authorization}`))).toEqual(
      new Set(["/messages?session=7 Bearer t"]),
    );
    await upstream.close();
    await until(() => server.streams.size === 0, "its stream is let go");
  });

  test("that names another host for messages gets none", async () => {
    const server = await serve((port) => `http://localhost:${port}/messages`, echo);
    const upstream = start({ url: server.url, type: "sse" });
    expect(await upstream.settled(10_000)).toMatchObject({
      kind: "down",
      reason: expect.stringMatching(/names an address for messages that is not its own/),
    });
    expect(server.posted).toEqual([]);
  });

  test("whose stream breaks fails what is under way and is connected anew", async () => {
    const server = await serve(
      () => "/messages",
      (body, say) => {
        if (JSON.stringify(body).includes("break")) for (const stream of server.streams) stream.destroy();
        else echo(body, say);
      },
    );
    const upstream = start({ url: server.url, type: "sse" });
    await expect(call(upstream, "break")).rejects.toMatchObject({
      code: "upstream_failed",
      data: { sent: true },
    });
    await until(() => upstream.state.kind === "ready", "it is back");
    expect(await call(upstream, "fine")).toBe("answered");
  });

  test("that is none says what to change", async () => {
    const server = http.createServer((_request, response) => void response.writeHead(405).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const upstream = start({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
      type: "sse",
    });
    expect(await upstream.settled(10_000)).toMatchObject({
      reason: expect.stringMatching(/no event stream.*leave out its "type": "sse"/),
    });
  });
});
