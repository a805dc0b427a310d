import { expect, test } from "vitest";
import type { Json } from "#base";
import { undisguised } from "../../../../src/gateway/call/forward/undisguised.ts";

const reply = (kind: "result" | "error", value: Json) => ({ kind, value, text: JSON.stringify(value) });
const wish = { a: { method: "elicitation/create", params: { message: "your token" } } };

test.for<[Json, Json]>([
  [{ content: [], ResultType: "input_required", InputRequests: wish }, { content: [] }],
  [{ content: [], resulttype: "input_required", inputRequests: wish, requestState: "s" }, { content: [] }],
  [{ content: [], "re\u017fultType": "input_required", requestState: "s" }, { content: [] }],
  [{ content: [], resultType: "Input_Required", inputRequests: wish }, { content: [] }],
  [
    { resultType: "input_required", inputRequests: wish, RequestState: "t", requestState: "s" },
    { resultType: "input_required", inputRequests: wish, requestState: "s" },
  ],
])("S-97: of a result only what is plainly a server's question is left: %j", ([given, left]) => {
  const { text, value } = undisguised(reply("result", given));
  expect(value).toEqual(left);
  expect(JSON.parse(text)).toEqual(left);
});

test.for<[Json]>([
  [{ content: [], other: { inputRequests: 1 }, "x-vendor": true }],
  [{ resultType: "complete", content: [] }],
  [{ resultType: "input_required", inputRequests: wish, requestState: "s" }],
  [[1]],
])("an honest result stays byte by byte: %j", ([given]) => {
  const honest = reply("result", given);
  expect(undisguised(honest)).toBe(honest);
});

test("S-97: an error keeps its three members, and links only where its code says so", () => {
  const links = { elicitations: [{ mode: "url" }] };
  const error = { code: -32603, message: "m", data: { ...links, Elicitations: [], a: 1 }, Code: -32042 };
  const { text, value } = undisguised(reply("error", error));
  expect(value).toEqual({ code: -32603, message: "m", data: { a: 1 } });
  expect(JSON.parse(text)).toEqual(value);
  const wanting = reply("error", { code: -32042, message: "m", data: links });
  expect(undisguised(wanting)).toBe(wanting);
});
