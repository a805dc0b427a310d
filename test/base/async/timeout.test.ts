import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withTimeout } from "#base";

const never = new Promise<string>(() => {});

test("a promise that settles in time keeps its value or its error", async () => {
  expect(await withTimeout(Promise.resolve("here"), 60_000, () => "late")).toBe("here");
  await expect(withTimeout(Promise.reject(new Error("broken")), 60_000, () => "late")).rejects.toThrow(
    "broken",
  );
});

test("a promise that takes too long is answered for", async () => {
  expect(await withTimeout(never, 1, () => "late")).toBe("late");
  const refuse = () => {
    throw new Error("nothing came");
  };
  await expect(withTimeout(never, 1, refuse)).rejects.toThrow("nothing came");
});

test("a rejection that comes too late is heard by nobody", async () => {
  const slow = sleep(5).then(() => {
    throw new Error("too late");
  });
  expect(await withTimeout(slow, 1, () => "late")).toBe("late");
  await sleep(10); // an unhandled rejection would fail the run
});
