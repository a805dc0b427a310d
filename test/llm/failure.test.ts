import { expect, test } from "vitest";
import { asModelFailure, BadAnswer, HttpRefusal } from "../../src/llm/failure.ts";

test.each<[string, unknown, boolean]>([
  ["a 500", new HttpRefusal(500, "NaN in the graph"), true],
  ["a 422", new HttpRefusal(422, "too odd"), true],
  ["an answer of no use", new BadAnswer("answered a vector without direction"), true],
  ["a 401", new HttpRefusal(401, "who?"), false],
  ["a 404", new HttpRefusal(404, "no such model"), false],
  ["a 503", new HttpRefusal(503, "busy"), false],
  ["a connection that fails", new TypeError("fetch failed"), false],
])("whether another text may fare better: %s", (_, error, isOfText) => {
  const failure = asModelFailure(error, "Ollama");
  expect(failure.code).toBe("model_failed");
  expect(failure.data?.isOfText ?? false).toBe(isOfText);
});
