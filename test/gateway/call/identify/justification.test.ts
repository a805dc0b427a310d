import { describe, expect, test } from "vitest";
import { takeJustification, withJustification } from "../../../../src/gateway/call/identify/justification.ts";

const plain = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
const own = { type: "object", properties: { justification: { type: "string" } } };

describe("a tool whose calls need a reason", () => {
  test("lists the reason as a required argument", () => {
    const schema = withJustification(plain, "required") as { properties: object; required: string[] };
    expect(Object.keys(schema.properties)).toEqual(["path", "justification"]);
    expect(schema.required).toEqual(["path", "justification"]);
  });

  test("lists it as an optional one where a rule only offers it", () => {
    expect((withJustification(plain, "optional") as { required: string[] }).required).toEqual(["path"]);
  });

  test("is left alone when it has an argument of that name", () => {
    expect(withJustification(own, "required")).toBe(own);
  });
});

describe("the reason an agent gives", () => {
  const args = {
    text: '{"path": "a", "justification": "because", "n": 12345678901234567890}',
    value: { path: "a", justification: "because", n: 1 },
  };

  test("is taken out of the text and the value, other bytes as they were", () => {
    const taken = takeJustification(args, plain, "required");
    expect(taken.justification).toBe("because");
    expect(taken.value).toEqual({ path: "a", n: 1 });
    expect(Object.keys(JSON.parse(taken.text))).toEqual(["path", "n"]);
    expect(taken.text).toContain("12345678901234567890");
  });

  test("stays where the tool has an argument of that name, and is read all the same", () => {
    const taken = takeJustification(args, own, "required");
    expect(taken).toEqual({ ...args, justification: "because" });
  });

  test("is not looked for when no rule wants it", () => {
    expect(takeJustification(args, plain, undefined)).toBe(args);
  });
});
