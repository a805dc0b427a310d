import { describe, expect, test } from "vitest";
import type { JsonObject } from "#base";
import { samplingModel } from "#llm";
import { good, goodValue, question } from "../support.ts";

describe("the client's own model", () => {
  test("is asked by sampling, with our words as the system prompt", async () => {
    const asked: JsonObject[] = [];
    const model = samplingModel(async (params) => {
      asked.push(params);
      return { role: "assistant", model: "m", content: { type: "text", text: good } };
    }, "inspector");
    expect(model.id).toBe("client/inspector");
    expect(await model.answer(question)).toEqual(goodValue);
    expect(asked[0]).toMatchObject({ includeContext: "none", messages: [{ role: "user" }] });
    expect(asked[0]!.systemPrompt).toContain("Judge the text.");
  });

  test("is not waited for when the call ends", async () => {
    const controller = new AbortController();
    const model = samplingModel(() => new Promise(() => {}));
    const answer = model.answer(question, controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: "request_cancelled" });
  });

  test("may answer in several blocks, refuse, or answer with an image", async () => {
    const blocks = samplingModel(async () => ({
      content: [
        { type: "text", text: good.slice(0, 9) },
        { type: "text", text: good.slice(9) },
      ],
    }));
    expect(await blocks.answer(question)).toEqual(goodValue);
    const refuses = samplingModel(() => Promise.reject(new Error("the user said no")));
    await expect(refuses.answer(question)).rejects.toMatchObject({ code: "model_failed" });
    const paints = samplingModel(async () => ({ content: { type: "image", data: "" } }));
    await expect(paints.answer(question)).rejects.toThrow(/no text/);
  });
});
