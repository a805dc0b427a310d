import { expect, test } from "vitest";
import { exposedName, indexByName, MAX_NAME } from "../../../src/gateway/catalog/names.ts";

test("a server's tool is called server__tool", () => {
  expect(exposedName("files", "read_text_file", true)).toBe("files__read_text_file");
});

test("a server without a prefix keeps its own names", () => {
  expect(exposedName("files", "read_text_file", false)).toBe("read_text_file");
});

test.for([
  ["dots and slashes", "a.b/c"],
  ["spaces", "read a file"],
  ["letters clients refuse", "größe"],
  ["a terminal escape", "\u001b[2Jwipe"],
  ["an overlong name", "x".repeat(200)],
])("a name with %s gets a stable form that every client accepts", ([, name]) => {
  const exposed = exposedName("files", name!, true);
  expect(exposed).toMatch(/^[A-Za-z0-9_-]+_[0-9a-f]{8}$/);
  expect(exposed.length).toBeLessThanOrEqual(MAX_NAME);
  expect(exposedName("files", name!, true)).toBe(exposed);
});

test("names that look alike once cleaned do not meet", () => {
  expect(exposedName("files", "a.b", true)).not.toBe(exposedName("files", "a/b", true));
});

test("a name that two servers claim serves neither, and is reported", () => {
  const clashes: [string, readonly string[]][] = [];
  const entries = [
    { name: "read", server: "one" },
    { name: "read", server: "two" },
    { name: "write", server: "two" },
  ];
  const index = indexByName(entries, (name, servers) => clashes.push([name, servers]));
  expect([...index.keys()]).toEqual(["write"]);
  expect(clashes).toEqual([["read", ["one", "two"]]]);
});
