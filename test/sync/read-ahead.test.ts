import { expect, test } from "vitest";
import { readAhead } from "../../src/sync/read-ahead.ts";

test("what is read ahead is asked for one item early, and comes in order", async () => {
  const asked: number[] = [];
  async function* source() {
    for (let n = 1; n <= 3; n++) {
      asked.push(n);
      yield n;
    }
  }
  const seen: string[] = [];
  for await (const item of readAhead(source())) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${item} with ${asked.length} asked for`);
  }
  expect(seen).toEqual(["1 with 2 asked for", "2 with 3 asked for", "3 with 3 asked for"]);
});

test("an error comes after the items before it", async () => {
  async function* source() {
    yield 1;
    throw new Error("no more");
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of readAhead(source())) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(item);
    }
  })();
  await expect(reading).rejects.toThrow("no more");
  expect(seen).toEqual([1]);
});

test("leaving early does not wait for what was asked for ahead", async () => {
  let isClosed = false;
  let answer = () => {};
  async function* source() {
    try {
      yield 1;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      yield 2;
    } finally {
      isClosed = true;
    }
  }
  for await (const _ of readAhead(source())) break;
  expect(isClosed).toBe(false);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(true);
});
