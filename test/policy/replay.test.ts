import { expect, test } from "vitest";
import { digestOf, type JsonObject } from "#base";
import { compilePolicy, type RecordedCall, replayCall } from "#policy";
import { inputOf, inputOfRules } from "./support.ts";

const record = (change: Partial<RecordedCall> = {}, args: JsonObject = { path: "a" }): RecordedCall => ({
  callId: "c1",
  at: "2026-05-04T10:30:00.000Z",
  server: "files",
  tool: "read",
  arguments: JSON.stringify(args),
  argumentsDigest: digestOf(args),
  action: "ask",
  rule: "default",
  client: "claude-code",
  session: "s1",
  user: "local:ana",
  ...change,
});

function replay(input: ReturnType<typeof inputOf>, call: RecordedCall) {
  return replayCall(compilePolicy(input), input.servers, call);
}

test("a call is decided by the rules of today, with the arguments and at the time of then", () => {
  const input = inputOfRules([
    { name: "early", tool: "files__*", when: "now.getHours() < 11 && args.path == 'a'", action: "allow" },
  ]);
  expect(replay(input, record())).toMatchObject({
    kind: "changed",
    before: { action: "ask", rule: "default" },
    after: { action: "allow", rule: "early" },
    isExact: true,
  });
  expect(replay(input, record({ at: "2026-05-04T12:30:00.000Z" }))).toMatchObject({ kind: "same" });
});

test("masked arguments are judged as they stand, and said to be masked", () => {
  const input = inputOfRules([{ name: "all", tool: "files__*", action: "deny" }]);
  const masked = record({ argumentsDigest: digestOf({ path: "secret" }) });
  expect(replay(input, masked)).toMatchObject({ kind: "changed", isExact: false });
});

test("arguments cut beyond reading are not judged", () => {
  const input = inputOfRules([]);
  for (const text of ['{"path":"aaa…', "[]", '"x"', ""])
    expect(replay(input, record({ arguments: text }))).toEqual({ kind: "unreadable" });
});

test("a server without prefix keeps its names, and a trusted read stays a read", () => {
  const files = { command: "files", prefix: false, trustAnnotations: true };
  const input = inputOf({
    mcpServers: { files },
    policy: { rules: [{ name: "bare", tool: "write", action: "deny" }] },
  });
  expect(replay(input, record({ tool: "write" }))).toMatchObject({ after: { rule: "bare" } });
  const read = record({ action: "allow", rule: "annotations:read-only" });
  expect(replay(input, read)).toMatchObject({ kind: "same", after: { rule: "annotations:read-only" } });
});
