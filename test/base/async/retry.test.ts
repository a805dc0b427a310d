import { expect, test } from "vitest";
import { withRetry } from "#base";

/** Work that fails with each of these errors in turn, and then returns how often it was called. */
function failing(errors: readonly string[]) {
  let calls = 0;
  return async () => {
    const message = errors[calls++];
    if (message !== undefined) throw new Error(message);
    return calls;
  };
}

test("work that fails is repeated until it succeeds", async () => {
  const asked: unknown[] = [];
  const delayMs = (error: unknown, attempt: number) => {
    asked.push([(error as Error).message, attempt]);
    return 1;
  };
  expect(await withRetry(failing(["one", "two"]), { attempts: 3, delayMs })).toBe(3);
  expect(asked).toEqual([
    ["one", 1],
    ["two", 2],
  ]);
});

test("the last attempt's error is thrown, and nobody is asked how long to wait", async () => {
  const work = failing(["one", "two", "three"]);
  const asked: number[] = [];
  const delayMs = (_: unknown, attempt: number) => {
    asked.push(attempt);
    return 0;
  };
  await expect(withRetry(work, { attempts: 2, delayMs })).rejects.toThrow("two");
  expect(asked).toEqual([1]);
});

test("an error that deserves no other attempt is thrown at once", async () => {
  const delayMs = (error: unknown) => ((error as Error).message === "busy" ? 0 : undefined);
  await expect(withRetry(failing(["busy", "fatal"]), { attempts: 9, delayMs })).rejects.toThrow("fatal");
});

test("a signal ends the wait between two attempts", async () => {
  const stop = new AbortController();
  const options = { attempts: 2, delayMs: () => 60_000, signal: stop.signal };
  const retried = withRetry(failing(["one"]), options);
  stop.abort();
  await expect(retried).rejects.toMatchObject({ name: "AbortError" });
});
