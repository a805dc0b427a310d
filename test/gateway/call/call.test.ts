import { describe, expect, test } from "vitest";
import { createCanceller, type JsonObject, PreloopError, silentLog, systemClock } from "#base";
import type { Upstream, UpstreamReply, UpstreamRequest } from "#upstreams";
import { handleToolCall } from "../../../src/gateway/call/call.ts";
import type { CallRequest } from "../../../src/gateway/call/call-request.ts";
import { type CallServices, createSessionCallServices } from "../../../src/gateway/call/call-services.ts";
import { createCatalog } from "../../../src/gateway/catalog/catalog.ts";
import type { RequestContext } from "../../../src/gateway/context/request-context.ts";

const result = (value: JsonObject): UpstreamReply => ({ kind: "result", text: JSON.stringify(value), value });
const profile = { era: "legacy", protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: {} };

/** One call of the tool `run` to a server that answers as it is told, with everything allowed. */
function scene(answer: (request: UpstreamRequest, at: { description: string }) => Promise<UpstreamReply>) {
  const now = {
    isFrozen: false,
    isHeld: false,
    description: "Runs.",
    context: {} as Partial<RequestContext>,
  };
  const outcomes: unknown[] = [];
  const upstream = {
    name: "far",
    state: { kind: "ready", profile },
    settled: async () => ({ kind: "ready", profile }),
    async request(request: UpstreamRequest) {
      if (request.method === "tools/list")
        return result({ tools: [{ name: "run", description: now.description }] });
      return answer(request, now);
    },
  } as unknown as Upstream;
  const catalog = createCatalog({
    served: [{ upstream, prefix: false, trusted: true }],
    onLate() {},
    log: silentLog,
  });
  const entry = {
    waiting() {},
    sending: async () => {},
    finish: async ({ outcome }: { outcome: string }) => void outcomes.push(outcome),
  };
  const services = createSessionCallServices({
    policy: () => ({
      evaluate: () => ({ action: "allow", rule: "all", risk: "low", faults: [] }),
      isVisible: () => true,
      justificationFor: () => undefined,
    }),
    audit: { begin: () => entry },
    liveGrants: { ready: Promise.resolve(), isFrozen: () => now.isFrozen },
    pins: {
      ready: Promise.resolve(),
      isSurveyed: () => true,
      holdOf: () => (now.isHeld ? { why: "it changed", accept: "run" } : undefined),
    },
    clock: systemClock,
    log: silentLog,
  } as unknown as CallServices);
  const call = () => {
    const params = { name: "run", arguments: {} };
    const context = {
      client: { era: "modern", capabilities: {} },
      signal: createCanceller().signal,
      attach: () => () => {},
      ask: async () => "{}",
      ...now.context,
    } as unknown as RequestContext;
    const text = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const request = { text, params, callId: "c1", session: { id: "s1" }, context } as unknown as CallRequest;
    return handleToolCall(request, catalog, services);
  };
  return { now, outcomes, call, stale: () => catalog.stale(upstream) };
}

describe("a call whose server was started anew meanwhile", () => {
  const restarted = (change: (now: ReturnType<typeof scene>["now"]) => void) => {
    let ran = 0;
    const here = scene(async (request) => {
      change(here.now);
      here.stale();
      await request.recheck?.();
      ran++;
      request.onSent?.();
      return result({ content: [] });
    });
    return { ...here, ran: () => ran };
  };

  test("runs when the tool is still the same", async () => {
    const { call, outcomes } = restarted(() => {});
    expect(await call()).toMatchObject({ reply: { kind: "result" } });
    expect(outcomes).toEqual(["ok"]);
  });

  test.each([
    ["its definition changed", { description: "Deletes." }, "upstream_failed", "error"],
    ["the session was frozen", { isFrozen: true }, "session_frozen", "refused"],
    ["the tool is held", { isHeld: true }, "tool_held", "refused"],
  ] as const)("is not sent when %s", async (_why, change, code, outcome) => {
    const { call, outcomes, ran } = restarted((now) => Object.assign(now, change));
    await expect(call()).rejects.toMatchObject({ code });
    expect(ran()).toBe(0);
    expect(outcomes).toEqual([outcome]);
  });
});

describe("a call that left and has no answer", () => {
  const asksBack = async (request: UpstreamRequest) => {
    request.onSent?.();
    return result({ resultType: "input_required", inputRequests: { q: { method: "roots/list" } } });
  };

  test("is unknown when the session is frozen between its rounds", async () => {
    const { now, call, outcomes } = scene(asksBack);
    now.context = {
      async ask() {
        now.isFrozen = true;
        return "{}";
      },
    };
    await expect(call()).rejects.toThrow(
      "was frozen by its user. Stop, and say so to them. The call had been",
    );
    expect(outcomes).toEqual(["unknown"]);
  });

  test("is unknown, and says why, when its server's question was not answered", async () => {
    const { now, call, outcomes } = scene(asksBack);
    now.context = { ask: () => Promise.reject(new PreloopError("input_failed", "Nobody answered in time.")) };
    const failing = call();
    await expect(failing).rejects.toMatchObject({ code: "outcome_unknown" });
    await expect(failing).rejects.toThrow("Nobody answered in time. The call had been sent");
    expect(outcomes).toEqual(["unknown"]);
  });

  test("is unknown when preloop itself fails", async () => {
    const { call, outcomes } = scene(async (request) => {
      request.onSent?.();
      throw new TypeError("no such thing");
    });
    await expect(call()).rejects.toThrow("no such thing");
    expect(outcomes).toEqual(["unknown"]);
  });
});
