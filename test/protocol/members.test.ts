import { describe, expect, test } from "vitest";
import { elements, member, members, withMember } from "#protocol";

describe("members", () => {
  test("are the raw texts of an object's values", () => {
    const text = ' { "a" : 1.0 , "b\\n":{"x":[1,"}"]},"c" : "\\\\" ,"d":[ ] ,"":null} ';
    expect([...members(text)]).toEqual([
      ["a", "1.0"],
      ["b\n", '{"x":[1,"}"]}'],
      ["c", '"\\\\"'],
      ["d", "[ ]"],
      ["", "null"],
    ]);
    for (const none of ["{}", '["a",1]', '"a"', "7", "null"]) expect(members(none).size).toBe(0);
  });

  test("that appear twice count as they appear last, however they are spelled", () => {
    const text = '{"a":1,"b":2,"a":3,"\\u0061":4}';
    expect([...members(text)]).toEqual([
      ["a", "4"],
      ["b", "2"],
    ]);
    expect([member(text, "a"), member(text, "b"), member(text, "c")]).toEqual(["4", "2", undefined]);
  });
});

describe("withMember", () => {
  test.for([
    ["sets one in an empty object", "{ }", "a", "1", '{"a":1 }'],
    ["adds one at the end", '{ "x" : 1.0 }', "a", "[2]", '{ "x" : 1.0,"a":[2] }'],
    [
      "replaces only the value",
      '{"x":1, "a" : {"deep":1} ,"y":1e400}',
      "a",
      '"n"',
      '{"x":1, "a" : "n" ,"y":1e400}',
    ],
    ["takes the first out", '{"a":1,"b": 2}', "a", undefined, '{"b": 2}'],
    ["takes the last out", '{"b":2 , "a":1}', "a", undefined, '{"b":2}'],
    ["takes the only one out", '{ "a":1 }', "a", undefined, "{}"],
    ["leaves an object without it alone", '{ "b":2}', "a", undefined, '{ "b":2}'],
    ["leaves one of a repeated key", '{"a":1,"b":2,"\\u0061":3}', "a", "9", '{"b":2,"a":9}'],
    ["takes every one of a repeated key out", '{"a":1,"b":2,"a":3}', "a", undefined, '{"b":2}'],
    ["writes keys as JSON", "{}", 'q"', "1", '{"q\\"":1}'],
    ["leaves a list of objects alone", '[{"x":1}]', "a", "1", '[{"x":1}]'],
    ["leaves a list of words alone", '["a","b"]', "a", "1", '["a","b"]'],
    ["leaves a word alone", '"a"', "a", "1", '"a"'],
    ["leaves null alone", "null", "a", undefined, "null"],
  ] as const)("%s", ([, text, key, raw, expected]) => {
    expect(withMember(text, key, raw)).toBe(expected);
    expect(() => JSON.parse(expected)).not.toThrow();
  });
});

test("elements are the raw texts of a list", () => {
  expect(elements(' [ 1.0 ,"a,]", [2,[3]],{"k":[]} ] ')).toEqual(["1.0", '"a,]"', "[2,[3]]", '{"k":[]}']);
  expect(elements("[]")).toEqual([]);
});
