import { describe, expect, test } from "vitest";
import { canonicalJson, digestOf, JsonError, readJson, SourceNumber, writeJson } from "#base";

describe("JSON that is read strictly", () => {
  test.for([
    ["at the top", '{"a":1,"a":2}'],
    ["deep inside", '{"x":[{"a":1,"b":2,"a":3}]}'],
    ["in another spelling", '{"a":1,"\\u0061":2}'],
  ])("is refused for a duplicate key %s", ([, text]) => {
    expect(() => readJson(text!)).toThrow(expect.objectContaining({ fault: "duplicate_key" }));
  });

  test("may repeat a key in different objects", () => {
    expect(readJson('{"a":{"a":1},"b":{"a":2}}')).toEqual({ a: { a: 1 }, b: { a: 2 } });
  });

  test("tells keys apart that differ in an escape only, whatever was read before", () => {
    expect(Object.keys(readJson('{"\\\\":1}') as object)).toEqual(["\\"]);
    expect(Object.keys(readJson('{"\\"":1}') as object)).toEqual(['"']);
  });

  test.for(["12345678901234567890", "1.0", "1e400", "-0", "0.30000000000000004440"])(
    "keeps the source text of %s, which no double gives back",
    (number) => {
      const value = readJson(`{"n":${number}}`) as { n: SourceNumber };
      expect(value.n).toBeInstanceOf(SourceNumber);
      expect(writeJson(value)).toBe(`{"n":${number}}`);
    },
  );

  test("is refused when it is nested beyond what a reader can bear", () => {
    const deep = `${"[".repeat(600)}${"]".repeat(600)}`;
    expect(() => readJson(deep)).toThrow(JsonError);
  });

  test('has "__proto__" as a member like any other', () => {
    const value = readJson('{"__proto__":{"admin":true},"n":1.0}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "n"]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("the canonical form (RFC 8785)", () => {
  test("orders keys and leaves out spaces, so that spelling does not change a digest", () => {
    const one = readJson('{ "b": [1, 2], "a": "\\u00e9" }');
    const two = readJson('{"a":"é","b":[1,2]}');
    expect(canonicalJson(one)).toBe('{"a":"é","b":[1,2]}');
    expect(digestOf(one)).toBe(digestOf(two));
  });

  test("keeps numbers apart that differ in their source only", () => {
    expect(digestOf(readJson("[12345678901234567890]"))).not.toBe(
      digestOf(readJson("[12345678901234567891]")),
    );
  });
});
