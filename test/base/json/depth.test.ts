import { expect, test } from "vitest";
import { isDeeperThan, type Json } from "#base";

test.for<[Json, number]>([
  [1, 0],
  ["x", 0],
  [[], 1],
  [{}, 1],
  [{ a: [{ b: 1 }], c: 2 }, 3],
  [[[], [[]]], 3],
])("%j is %i levels deep", ([value, levels]) => {
  expect(isDeeperThan(value, levels)).toBe(false);
  expect(isDeeperThan(value, levels - 1)).toBe(levels > 0);
});

test("no depth ends the one who asks", () => {
  const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`) as Json;
  expect(isDeeperThan(deep, 199_999)).toBe(true);
  expect(isDeeperThan(deep, 200_000)).toBe(false);
});
