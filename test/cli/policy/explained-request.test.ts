import { describe, expect, test } from "vitest";
import { isMethodWord, requestOf } from "../../../src/cli/policy/explained-request.ts";

describe("what policy explain is asked about", () => {
  test.for([
    ["resources/read", true],
    ["custom/exec", true],
    ["tools/call", false],
    ["files__read", false],
    ["files__a/b", false],
    ["get_issue", false],
  ] as const)("is a method or a tool: %s", ([word, isMethod]) => {
    expect(isMethodWord(word)).toBe(isMethod);
  });

  test("is a resource by its URI", () => {
    const uri = "file:///srv/a";
    expect(requestOf("resources/read", uri, "docs")).toEqual({
      method: "resources/read",
      uri,
      server: "docs",
      tool: uri,
      name: `resources/read ${uri}`,
      args: { uri },
    });
    expect(() => requestOf("resources/read", undefined, "docs")).toThrow(/is about a URI/);
  });

  test("is a prompt by the name that clients see", () => {
    expect(requestOf("prompts/get", "docs__summary", undefined)).toMatchObject({
      server: "docs",
      tool: "summary",
    });
    expect(() => requestOf("prompts/get", undefined, undefined)).toThrow(/is about a prompt/);
  });

  test("is another method by its params", () => {
    expect(requestOf("custom/exec", '{"cmd":"ls"}', "s")).toMatchObject({
      tool: "custom/exec",
      args: { cmd: "ls" },
    });
    expect(() => requestOf("custom/exec", "ls", "s")).toThrow(/must be a JSON object/);
  });
});
