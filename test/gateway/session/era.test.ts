import { describe, expect, test } from "vitest";
import {
  asModernReply,
  claimsModern,
  readEnvelope,
  readInitialize,
} from "../../../src/gateway/session/era.ts";

const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
};

describe("a modern request", () => {
  test("is known by its envelope", () => {
    expect(claimsModern({ _meta: envelope })).toBe(true);
    expect(claimsModern({ _meta: { progressToken: 1 } })).toBe(false);
  });

  test("says who the client is", () => {
    expect(readEnvelope({ _meta: envelope })).toEqual({
      era: "modern",
      protocolVersion: "2026-07-28",
      capabilities: { elicitation: {} },
      clientInfo: { name: "c", version: "1" },
    });
  });

  test("with an unknown revision is told which ones there are", () => {
    const other = { ...envelope, "io.modelcontextprotocol/protocolVersion": "2030-01-01" };
    expect(() => readEnvelope({ _meta: other })).toThrow(
      expect.objectContaining({
        code: "version_unsupported",
        data: expect.objectContaining({ supported: ["2026-07-28"] }),
      }),
    );
  });

  test("without its capabilities is refused", () => {
    const { "io.modelcontextprotocol/clientCapabilities": _, ...rest } = envelope;
    expect(() => readEnvelope({ _meta: rest })).toThrow(expect.objectContaining({ code: "params_invalid" }));
  });
});

test.for([
  ["2025-11-25", "2025-11-25"],
  ["2024-11-05", "2024-11-05"],
  ["1999-01-01", "2025-11-25"],
])("a legacy client that asks for %s gets %s", ([asked, got]) => {
  expect(readInitialize({ protocolVersion: asked! }).protocolVersion).toBe(got);
});

test("a result for a modern client says that it is complete, and how long a listing may be kept", () => {
  const reply = asModernReply("tools/list", { kind: "result", text: '{"tools":[]}' });
  expect(JSON.parse(reply.text)).toEqual({
    tools: [],
    resultType: "complete",
    ttlMs: 0,
    cacheScope: "private",
  });
});

test("what a modern server said of its result stays", () => {
  const text = '{"resultType":"input_required","requestState":"s"}';
  expect(asModernReply("tools/call", { kind: "result", text }).text).toBe(text);
});
