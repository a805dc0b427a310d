import { describe, expect, test } from "vitest";
import { type JsonObject, PreloopError } from "#base";
import type { BuiltinCall, BuiltinTools } from "#model";
import { createInProcessUpstream, type UpstreamHost } from "#upstreams";

const session = { id: "s1", client: "test", clientVersion: "1", cwd: "/", user: "local:ana" };

function hostWith(capabilities: Record<string, JsonObject>): UpstreamHost {
  return {
    client: Promise.resolve({
      era: "legacy",
      protocolVersion: "2025-11-25",
      capabilities,
      clientInfo: { name: "test", version: "1" },
    } as const),
    onRequest: async (_upstream, method, params) => ({
      kind: "result",
      text: JSON.stringify({ method, params: JSON.parse(params ?? "{}") }),
    }),
    onNotification() {},
    onState() {},
  };
}

function inside(call: BuiltinTools["call"], capabilities: Record<string, JsonObject> = {}) {
  let loaded = 0;
  const upstream = createInProcessUpstream({
    name: "preloop",
    version: "1.0.0",
    host: hostWith(capabilities),
    ref: () => session,
    async load() {
      loaded++;
      return {
        definitions: [
          { name: "look", annotations: { readOnlyHint: true } },
          { name: "write", annotations: { readOnlyHint: false } },
        ],
        call,
        preflight: async (name) =>
          name === "write" ? { content: [{ type: "text", text: "no need" }] } : undefined,
        async close() {},
      };
    },
  });
  return { upstream, loaded: () => loaded };
}

const calling = (name: string, args: object = {}) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: args }),
});

describe("tools inside the process", () => {
  test("are loaded with the first request that needs them, once", async () => {
    const { upstream, loaded } = inside(async () => ({ content: [] }));
    expect(upstream.state.kind).toBe("ready");
    expect(loaded()).toBe(0);
    const { value } = await upstream.request({ method: "tools/list", params: undefined });
    expect(value).toMatchObject({ tools: [{ name: "look" }, { name: "write" }] });
    await upstream.request(calling("look"));
    expect(loaded()).toBe(1);
  });

  test("get the arguments, the session, progress and the client's model where it has one", async () => {
    let seen: BuiltinCall | undefined;
    const progress: string[] = [];
    const { upstream } = inside(
      async (_name, args, call) => {
        seen = call;
        call.progress(1, 2, "half");
        const answer = await call.sample!({ maxTokens: 5 });
        return { content: [], structuredContent: { args, answer } };
      },
      { sampling: {} },
    );
    const reply = await upstream.request({
      ...calling("look", { a: 1 }),
      onProgress: (params) => progress.push(params),
    });
    expect(seen?.session).toEqual(session);
    expect(reply.value).toMatchObject({
      structuredContent: {
        args: { a: 1 },
        answer: { method: "sampling/createMessage", params: { maxTokens: 5 } },
      },
    });
    expect(JSON.parse(progress[0]!)).toMatchObject({ progress: 1, total: 2, message: "half" });
  });

  test("have no model where the client offers none", async () => {
    const { upstream } = inside(async (_name, _args, call) => ({
      content: [],
      structuredContent: { has: call.sample !== undefined },
    }));
    expect((await upstream.request(calling("look"))).value).toMatchObject({
      structuredContent: { has: false },
    });
  });

  test("answer a failure that the agent can act on as a result, and wrong params as an error", async () => {
    const { upstream } = inside(async (name) => {
      throw new PreloopError(name === "look" ? "issue_unknown" : "params_invalid", `not so: ${name}`);
    });
    expect((await upstream.request(calling("look"))).value).toEqual({
      content: [{ type: "text", text: "not so: look" }],
      isError: true,
    });
    const wrong = await upstream.request(calling("write"));
    expect(wrong.kind).toBe("error");
    expect(wrong.value).toMatchObject({ code: -32602, message: "not so: write" });
  });

  test("count as sent only where they may have an effect", async () => {
    const { upstream } = inside(async () => ({ content: [] }));
    const sent: string[] = [];
    await upstream.request({ ...calling("look"), onSent: () => sent.push("look") });
    await upstream.request({ ...calling("write"), onSent: () => sent.push("write") });
    expect(sent).toEqual(["write"]);
  });

  test("stop when the caller cancels, and when the session ends", async () => {
    const until = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
    const { upstream } = inside((_name, _args, { signal }) => until(signal));
    const abort = new AbortController();
    const cancelled = upstream.request({ ...calling("look"), signal: abort.signal });
    setTimeout(() => abort.abort(), 10);
    await expect(cancelled).rejects.toMatchObject({ code: "request_cancelled" });
    const left = upstream.request(calling("look"));
    setTimeout(() => void upstream.close(), 10);
    await expect(left).rejects.toMatchObject({ code: "request_cancelled" });
  });

  test("may answer before a person is asked", async () => {
    const { upstream } = inside(async () => ({ content: [] }));
    const { signal } = new AbortController();
    const { params } = calling("write");
    expect((await upstream.preflight?.(params, signal, () => true))?.value).toMatchObject({
      content: [{ text: "no need" }],
    });
    expect(await upstream.preflight?.(calling("look").params, signal, () => true)).toBeUndefined();
  });

  test("do nothing for a caller that gave up before they were loaded", async () => {
    const calls: string[] = [];
    const { upstream } = inside(async (name) => {
      calls.push(name);
      return { content: [] };
    });
    const abort = new AbortController();
    const asked = upstream.request({
      ...calling("write"),
      signal: abort.signal,
      onSent: () => calls.push("sent"),
    });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: "request_cancelled" });
    expect(calls).toEqual([]);
  });
});
