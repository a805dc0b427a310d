import { expect, test } from "vitest";
import type { Upstream } from "#upstreams";
import { createGivenUris } from "../../../src/gateway/catalog/given-uris.ts";

const [one, other] = ["one", "other"].map((name) => ({ name }) as Upstream) as [Upstream, Upstream];

test.for([
  ["a link in a tool's result", { content: [{ type: "resource_link", uri: "x:1", name: "x" }] }],
  ["a resource in a tool's result", { content: [{ type: "resource", resource: { uri: "x:1" } }] }],
  ["what a read gave", { contents: [{ uri: "x:1", text: "t" }] }],
  ["a prompt's message", { messages: [{ role: "user", content: { type: "resource_link", uri: "x:1" } }] }],
  ["a prompt's blocks", { messages: [{ content: [{ type: "resource", resource: { uri: "x:1" } }] }] }],
] as const)("a server that names a resource holds it: %s", ([, result]) => {
  const given = createGivenUris();
  given.noteUris(one, result as never);
  expect(given.holderOf("x:1")).toBe(one);
});

test.for([
  ["text that looks like one", { content: [{ type: "text", text: "x:1", uri: "x:1" }] }],
  ["structured content", { structuredContent: { uri: "x:1" }, content: [] }],
  ["no URI", { content: [{ type: "resource_link", uri: 1 }, { type: "resource", resource: null }, null, 3] }],
  ["no result", null],
  ["other shapes", { content: {}, contents: "x:1", messages: [null, { content: null }] }],
] as const)("nothing else makes it a holder: %s", ([, result]) => {
  const given = createGivenUris();
  given.noteUris(one, result as never);
  expect(given.holderOf("x:1")).toBeUndefined();
});

test("a resource stays with the server that named it first", () => {
  const given = createGivenUris();
  given.noteUris(one, { contents: [{ uri: "x:1" }] });
  given.noteUris(other, { contents: [{ uri: "x:1" }] });
  expect(given.holderOf("x:1")).toBe(one);
});

test("the oldest are forgotten when there are too many", () => {
  const given = createGivenUris();
  const contents = Array.from({ length: 10_001 }, (_, at) => ({ uri: `x:${at}` }));
  given.noteUris(one, { contents });
  expect(given.holderOf("x:0")).toBeUndefined();
  expect(given.holderOf("x:10000")).toBe(one);
});
