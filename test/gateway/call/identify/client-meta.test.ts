import { describe, expect, test } from "vitest";
import type { JsonObject } from "#base";
import type { ClientProfile } from "#upstreams";
import { metaFor } from "../../../../src/gateway/call/identify/client-meta.ts";

const legacy: ClientProfile = {
  era: "legacy",
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: {},
};
const modern: ClientProfile = {
  era: "modern",
  protocolVersion: "2026-07-28",
  capabilities: { sampling: {} },
  clientInfo: { name: "c", version: "1" },
};
const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": { sampling: {} },
};

const send = (meta: unknown, client = legacy, isLet: (key: string) => boolean = () => false) => {
  const { text, bound } = metaFor(meta as JsonObject, JSON.stringify(meta), client, {
    isLet,
    mayLog: () => true,
  });
  return { sent: text === undefined ? undefined : JSON.parse(text), bound };
};

describe("what a client writes beside its arguments", () => {
  test.for([
    [{ tenant: "victim" }],
    [{ "claudecode/toolUseId": "toolu_1", progressToken: 1 }],
    [{ OpenAI: 1, "openai/Locale": "en" }],
    [{ tracestate: "a=b", baggage: "tenant=victim" }],
    [{ "io.modelcontextprotocol/clientInfo": { name: "root" } }],
    [{ "io.modelcontextprotocol/related-task": { taskId: "1" } }],
    ["text"],
    [null],
  ])("stays here unless it is known: %j", ([meta]) => {
    expect(send(meta)).toEqual({ sent: undefined, bound: undefined });
  });

  test("goes on where an extension has it, and is bound to the call", () => {
    const goesOn = { "openai/locale": "de-DE" };
    expect(send({ ...goesOn, tenant: "x" })).toEqual({ sent: goesOn, bound: goesOn });
  });

  test("goes on where the server's config lets it, though never what preloop writes itself", () => {
    const ours = { progressToken: 7, ProgressToken: 8, baggage: "b", Traceparent: "c" };
    const meta = { "acme/tenant": "t1", ...ours, "IO.modelcontextprotocol/x": 1 };
    const goesOn = { "acme/tenant": "t1" };
    expect(send(meta, legacy, () => true)).toEqual({ sent: goesOn, bound: goesOn });
  });

  test("is bound number by number", () => {
    const raw = '{"acme/id":12345678901234567890}';
    const { text, bound } = metaFor(JSON.parse(raw), raw, legacy, { isLet: () => true, mayLog: () => true });
    expect(text).toBe(raw);
    expect(JSON.stringify(bound)).not.toContain("12345678901234567000");
  });

  test("is refused where it is more than a person can be shown", () => {
    expect(() => send({ "acme/x": "y".repeat(5_000) }, legacy, () => true)).toThrow(/acme\/x in _meta/);
  });
});

describe("a trace", () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";

  test("goes on with a span of ours, outside of what an approval is bound to", () => {
    const { sent, bound } = send({ traceparent: `00-${trace}-b7ad6b7169203331-01` });
    expect(sent.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(sent.traceparent).not.toContain("b7ad6b7169203331");
    expect(bound).toBeUndefined();
  });

  test.for([
    ["victim"],
    [`00-${"0".repeat(32)}-b7ad6b7169203331-01`],
    [`00-${trace}-${"0".repeat(16)}-01`],
    [`00-${trace}-b7ad6b7169203331-01-more`],
    [`00-${trace}-b7ad6b7169203331-01\n`],
    [["00"]],
  ])("that is none stays here: %j", ([traceparent]) => {
    expect(send({ traceparent }).sent).toBeUndefined();
  });
});

describe("a modern client's envelope", () => {
  test("is written anew from what its request said", () => {
    const meta = { ...ENVELOPE, "io.modelcontextprotocol/logLevel": "debug", extra: 1 };
    expect(send(meta, modern).sent).toEqual({ ...ENVELOPE, "io.modelcontextprotocol/logLevel": "debug" });
  });

  test("carries no log level that is none", () => {
    const meta = { ...ENVELOPE, "io.modelcontextprotocol/logLevel": "rm -rf /" };
    expect(send(meta, modern).sent).toEqual(ENVELOPE);
  });
});
