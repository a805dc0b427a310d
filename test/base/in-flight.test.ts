import { expect, test } from "vitest";
import { createInFlight } from "#base";

test("what is in flight is there until it is taken, in the order it came", () => {
  const calls = createInFlight<number, string>();
  for (let id = 0; id < 100; id++) calls.set(id, `call ${id}`);
  for (let id = 0; id < 98; id++) expect(calls.take(id)).toBe(`call ${id}`);
  expect(calls.take(5)).toBeUndefined();
  expect([calls.size, calls.has(98), calls.has(5), calls.get(99)]).toEqual([2, true, false, "call 99"]);
  calls.set(98, "again");
  expect(calls.keys()).toEqual([98, 99]);
  expect(calls.values()).toEqual(["again", "call 99"]);
});
