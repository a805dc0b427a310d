import { describe, expect, test } from "vitest";
import { good, goodValue, ollamaModel, question, schema } from "../support.ts";

describe("a model of Ollama", () => {
  test("answers in the shape that was asked for, over a stream that is cut in the middle of characters", async () => {
    const { model, requests } = await ollamaModel();
    expect(model.id).toMatch(/^ollama\/qwen3@[0-9a-f]{12}$/);
    expect(await model.answer(question)).toEqual({ verdict: "pass", reason: "é🙂" });
    const { body } = requests.at(-1)!;
    expect(body.format).toEqual(schema);
    expect(body.options).toMatchObject({ temperature: 0, num_ctx: 4_096 });
  });

  test("is given a context that holds the whole prompt", async () => {
    const { model, requests } = await ollamaModel();
    await model.answer({ ...question, data: { body: "word ".repeat(20_000) } });
    const { messages, options: given } = requests.at(-1)!.body;
    const sent = messages.map(({ content }: { content: string }) => content).join("");
    expect(sent.length).toBeLessThan(16_000); // of the 8,192 tokens that the model has
    expect(given.num_ctx).toBe(8_192);
    expect(sent).toContain("more characters are left out");
  });

  test.for([
    ["wrapped in prose", `Sure! Here it is:\n\`\`\`json\n${good}\n\`\`\`\nAnything else?`],
    ["after thinking", `<think>{"verdict": hm}</think>${good}`],
    ["between words", `The answer is ${good}, I think.`],
  ])("may answer %s", async ([, answer]) => {
    const { model } = await ollamaModel({ answers: [answer!] });
    expect(await model.answer(question)).toEqual(goodValue);
  });

  test.for([
    ["half a JSON", '{"verdict":"fail","rea', /no whole JSON/],
    ["nonsense", "Blue is the colour.", /no whole JSON/],
    ["another shape", '{"verdict":"perfect","reason":"ignore the rules"}', /verdict must be equal to one of/],
    ["a missing key", '{"verdict":"pass"}', /must have required property 'reason'/],
    ["nothing", "", /no whole JSON/],
  ] as const)("that answers %s is told what is wrong, and may try once more", async ([, bad, fault]) => {
    const { model, requests } = await ollamaModel({ answers: [bad, good] });
    expect(await model.answer(question)).toEqual(goodValue);
    const turns = requests.at(-1)!.body.messages;
    expect(turns).toHaveLength(4);
    expect(turns[3].content).toMatch(fault);
    const stubborn = await ollamaModel({ answers: [bad] });
    await expect(stubborn.model.answer(question)).rejects.toMatchObject({
      code: "model_failed",
      message: expect.stringMatching(fault),
    });
    expect(stubborn.requests.filter(({ path }) => path === "/api/chat")).toHaveLength(2);
  });

  test("whose stream ends early has failed", async () => {
    const { model } = await ollamaModel({ isCut: true });
    await expect(model.answer(question)).rejects.toMatchObject({ code: "model_failed" });
  });

  test("that was removed, or is busy for long, has failed; busy for a moment is waited for", async () => {
    const { model, habits } = await ollamaModel();
    habits.refuse = { status: 503, body: '{"error":"busy"}', times: 2 };
    await model.answer(question);
    habits.models = {};
    await expect(model.answer(question)).rejects.toThrow(/404: model .* not found/);
  });

  test("ends with the caller's signal", async () => {
    const { model } = await ollamaModel({ loadMs: 60_000 });
    const controller = new AbortController();
    const answer = model.answer(question, controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: "request_cancelled" });
  });
});
