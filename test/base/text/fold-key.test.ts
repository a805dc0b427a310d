import { describe, expect, test } from "vitest";
import { findAlikeKeys, foldKey } from "#base";

describe("keys that some decoder takes for one", () => {
  test.for([
    ["path", "Path"],
    ["user", "u\u017fer"],
    ["key", "\u212aey"],
    ["caf\u00e9", "cafe\u0301"],
    ["path", "\uff50ath"],
    ["path", "path\u0000"],
    ["path", "path\u0000x"],
    ["path", "pa\u200bth"],
    ["strasse", "Stra\u00dfe"],
    ["id", "\u0130d"],
    ["stra\u00dfe", "STRA\u1e9eE"],
    ["x\ud800", "x\ud801"],
    ["fi", "\ufb01"],
  ])("fold alike: %j and %j", ([left, right]) => {
    expect(foldKey(right!)).toBe(foldKey(left!));
    expect(findAlikeKeys({ [left!]: 1, [right!]: 2 })).toEqual([{ path: [], keys: [left, right] }]);
  });

  test.for([
    ["path", "paths"],
    ["a_b", "ab"],
    ["e", "\u00e9"],
    ["a", "b"],
  ])("stay apart: %j and %j", ([left, right]) => {
    expect(findAlikeKeys({ [left!]: 1, [right!]: 2 })).toEqual([]);
  });

  test("are found in objects of any depth, outermost first", () => {
    const value = { list: [{ deep: { to: 1, TO: 2 } }], A: 1, a: 2 };
    expect(findAlikeKeys(value)).toEqual([
      { path: [], keys: ["A", "a"] },
      { path: ["list", 0, "deep"], keys: ["to", "TO"] },
    ]);
  });

  test("are looked for without recursion", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(200_000)}{"b":1,"B":2}${"}".repeat(200_000)}`);
    expect(findAlikeKeys(deep)[0]?.path).toHaveLength(200_000);
  });
});
