import { expect, test } from "vitest";
import { isOwnHost, isOwnOrigin, originsOf } from "#http";

const own = originsOf(7717, "https://preloop.acme.dev/a");

test("a port is reached by the names of this machine, and by the public one", () => {
  expect(own).toEqual([
    "http://127.0.0.1:7717",
    "http://localhost:7717",
    "http://[::1]:7717",
    "https://preloop.acme.dev",
  ]);
});

test.for([
  ["127.0.0.1:7717", true],
  ["LocalHost:7717", true],
  ["[::1]:7717", true],
  ["preloop.acme.dev", true],
  ["localhost", false],
  ["evil.dev:7717", false],
  ["", false],
] as const)("the Host %s is ours: %s", ([host, isOurs]) => {
  expect(isOwnHost(host, own)).toBe(isOurs);
});

test.for([
  ["http://127.0.0.1:7717", true],
  ["https://preloop.acme.dev", true],
  ["https://127.0.0.1:7717", false],
  ["null", false],
] as const)("the Origin %s is ours: %s", ([origin, isOurs]) => {
  expect(isOwnOrigin(origin, own)).toBe(isOurs);
});
