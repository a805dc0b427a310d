import { expect, test } from "vitest";
import { isLoopbackAddress, isLoopbackUrl } from "#http";

test.for([
  ["127.0.0.1", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["192.168.1.2", false],
] as const)("to listen on %s is to listen to this machine only: %s", ([host, isHere]) => {
  expect(isLoopbackAddress(host)).toBe(isHere);
});

test.for([
  ["http://localhost:1/", true],
  ["http://127.9.9.9/", true],
  ["http://[::1]/", true],
  ["http://127.evil.dev/", false],
] as const)("%s leads to this machine: %s", ([url, isHere]) => {
  expect(isLoopbackUrl(new URL(url))).toBe(isHere);
});
