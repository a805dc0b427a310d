import { expect, test } from "vitest";
import { collectBody } from "#http";

/** A body in parts of these sizes, that tells how many of them were read. */
function bodyOf(sizes: readonly number[]) {
  const read: number[] = [];
  async function* parts() {
    for (const size of sizes) {
      read.push(size);
      yield new Uint8Array(size);
    }
  }
  return { read, parts: parts() };
}

test.for([
  ["none", [], 0, 0],
  ["as much as may be", [4, 6], 10, 2],
  ["a byte too much, which is heard to its end", [10, 1, 5], undefined, 3],
  ["more than is heard", [10, 20, 20, 1], undefined, 3],
] as const)("of a body of %s", async ([_, sizes, kept, parts]) => {
  const body = bodyOf(sizes);
  const bytes = await collectBody(body.parts, { maxBytes: 10, mostRead: 40 });
  expect([bytes?.length, body.read.length]).toEqual([kept, parts]);
});

test("who hears of the parts may refuse them, and does not hear of what is dropped", async () => {
  const heard: number[] = [];
  await collectBody(bodyOf([4, 7, 2]).parts, { maxBytes: 10, mostRead: 40, onBytes: (b) => heard.push(b) });
  expect(heard).toEqual([4]);
  const refuse = () => {
    throw new Error("no room");
  };
  const limits = { maxBytes: 10, mostRead: 40, onBytes: refuse };
  await expect(collectBody(bodyOf([1]).parts, limits)).rejects.toThrow("no room");
});
