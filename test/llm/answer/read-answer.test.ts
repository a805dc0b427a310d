import { expect, test } from "vitest";
import { answerReader } from "../../../src/llm/answer/read-answer.ts";

const read = await answerReader({ type: "object", properties: { a: { type: "number" } }, required: ["a"] });

test.each([
  ["bare", '{"a": 1}'],
  ["after thoughts", '<think>{"a": 2}?</think>\n{"a": 1}'],
  ["in a fence", 'Here:\n```json\n{"a": 1}\n```\nDone {maybe}.'],
  ["in a fence with blanks and a Windows line end", 'Here:\n```json \t\r\n{"a": 1}\n```\nDone {maybe}.'],
  ["among courtesies", 'Sure! {"a": 1} Anything else?'],
])("JSON is read %s", (_, text) => expect(read(text)).toEqual({ a: 1 }));

test("a fence before hundreds of thousands of empty lines costs no square of them", () => {
  expect(() => read(`\`\`\`${"\n".repeat(300_000)}`)).toThrow("no whole JSON");
});

test("an answer without end is not looked at", () => {
  expect(() => read(`{"a": 1}${" ".repeat(1_000_000)}`)).toThrow("far more than was asked for");
});
