import { describe, expect, test } from "vitest";
import { closeJson, readJson } from "#base";

describe("the beginning of a JSON text", () => {
  test.for([
    [`{"a":"hel`, { a: "hel" }],
    [`{"a":"x","b":12`, { a: "x" }],
    [`{"a":"x","b":12,`, { a: "x", b: 12 }],
    [`{"a":"x","b`, { a: "x" }],
    [`{"a":"x","b"`, { a: "x" }],
    [`{"a":"x","b":tru`, { a: "x" }],
    [`{"a":[1,{"b":"c`, { a: [1, { b: "c" }] }],
    [`{"a":["one","tw`, { a: ["one", "tw"] }],
    [`{"a":[]`, { a: [] }],
    [`{"a":"one\\`, { a: "one" }],
    [`{"a":"one\\\\`, { a: "one\\" }],
    [`{"a":"one\\u00e`, { a: "one" }],
    [`{"a":"one\\ud83d`, { a: "one" }],
    [`{"a":"] } \\" ,`, { a: '] } " ,' }],
    [`{`, {}],
  ] as const)("%s is closed where it breaks off", ([head, whole]) => {
    expect(JSON.parse(closeJson(head))).toEqual(whole);
  });

  test("is JSON wherever it is cut", () => {
    const text = `{"a":"b\\"\\\\\\u00e9\\ud83d\\ude00","n":[-1.5e3,true,null,{"x":{}},[]],"":"" , "z" : [ "y" ] }`;
    expect(readJson(closeJson(text))).toEqual(readJson(text));
    for (let length = 1; length < text.length; length++)
      expect(() => readJson(closeJson(text.slice(0, length))), text.slice(0, length)).not.toThrow();
  });
});
