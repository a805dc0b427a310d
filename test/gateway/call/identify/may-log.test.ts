import { expect, test } from "vitest";
import { compilePolicy } from "#policy";
import type { Upstream } from "#upstreams";
import type { CallRequest } from "../../../../src/gateway/call/call-request.ts";
import type { CallServices } from "../../../../src/gateway/call/call-services.ts";
import { mayLog } from "../../../../src/gateway/call/identify/may-log.ts";
import { inputOfRules, NOW } from "../../../policy/support.ts";

const LEVEL = "io.modelcontextprotocol/logLevel";
const session = { id: "s1", client: "c", clientVersion: "1", cwd: "/", user: "local:ana" };
const silent = { name: "silent", method: "logging/setLevel", tool: "files__*", action: "deny" };

const may = (rules: readonly unknown[], policy: object, meta: object = { [LEVEL]: "debug" }) => {
  const compiled = compilePolicy(inputOfRules(rules, { policy }));
  const services = { policy: () => compiled, clock: { now: () => NOW } } as unknown as CallServices;
  const request = { params: { _meta: meta }, callId: "call", session } as unknown as CallRequest;
  return mayLog(request, { name: "files" } as Upstream, services);
};

test("a modern client's level reaches a server where logging/setLevel would", () => {
  expect(may([], { default: "ask" })).toBe(true);
  expect(may([], { default: "allow" })).toBe(true);
  expect(may([{ ...silent, tool: "web__*" }], { default: "ask" })).toBe(true);
});

test("S-98: it stays here where it would be refused, or a person asked, about each call anew", () => {
  expect(may([], { default: "deny" })).toBe(false);
  expect(may([silent], { default: "allow" })).toBe(false);
  expect(may([{ ...silent, action: "ask" }], { default: "allow" })).toBe(false);
  expect(may([{ ...silent, when: "args.level == 'debug'" }], { default: "allow" })).toBe(false);
});

test("is none where the client wrote no text", () => {
  expect(may([], { default: "allow" }, { [LEVEL]: 7 })).toBe(false);
  expect(may([], { default: "allow" }, {})).toBe(false);
});
