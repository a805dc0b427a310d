import { describe, expect, test } from "vitest";
import { offeredTo } from "../../../src/upstreams/era/offered.ts";
import { call, fixture, start, testHost, textIn } from "../support.ts";

const ALL = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };

test("a server is offered what the client offers, less what its config keeps from it", () => {
  expect(offeredTo({}, ALL)).toEqual(ALL);
  expect(offeredTo({ sampling: "deny" }, ALL)).toEqual({ elicitation: { form: {}, url: {} }, roots: {} });
  expect(offeredTo({ elicitation: "deny" }, ALL)).toEqual({ sampling: {}, roots: {} });
  expect(offeredTo({ elicitation: "links" }, ALL)).toEqual({ ...ALL, elicitation: { url: {} } });
  expect(offeredTo({ elicitation: "links" }, { elicitation: {} })).toEqual({});
  expect(offeredTo({ elicitation: "links" }, {})).toEqual({});
});

describe("a capability that a server may not use", () => {
  const denied = { sampling: "deny", elicitation: "links" } as const;

  test("is not offered to a legacy server", async () => {
    const host = testHost("legacy", { capabilities: ALL });
    const upstream = start({ ...fixture("legacy-server.mjs"), ...denied }, { host });
    expect(JSON.parse(await call(upstream, "cancelled")).initialize.capabilities).toEqual({
      elicitation: { url: {} },
      roots: {},
    });
  });

  test.for(["legacy", "modern"] as const)(
    "is not offered to a modern server either (client %s)",
    async (era) => {
      const host = testHost(era, { capabilities: ALL });
      const upstream = start({ ...fixture("modern-server.mjs"), ...denied }, { host });
      const key = "io.modelcontextprotocol/clientCapabilities";
      const meta = era === "modern" ? { _meta: { [key]: ALL } } : {};
      const params = JSON.stringify({ name: "params", arguments: {}, ...meta });
      const seen = JSON.parse(textIn(await upstream.request({ method: "tools/call", params })));
      expect(seen._meta[key]).toEqual({ elicitation: { url: {} }, roots: {} });
    },
  );
});
