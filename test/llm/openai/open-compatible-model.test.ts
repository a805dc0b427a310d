import { describe, expect, test } from "vitest";
import { openModel } from "#llm";
import type { LanguageModel } from "#model";
import type { CompatibleHabits } from "../servers/openai.ts";
import { compatible, good, goodValue, options, question, schema } from "../support.ts";

async function compatibleModel(
  habits: Partial<CompatibleHabits> = {},
): Promise<Awaited<ReturnType<typeof compatible>> & { readonly model: LanguageModel }> {
  const double = await compatible(habits);
  const model = await openModel({ provider: "openai", url: double.url }, options);
  return { ...double, model: model! };
}

describe("a model of a compatible server", () => {
  test("is held to the schema", async () => {
    const { model, requests, url } = await compatibleModel();
    expect(model.id).toBe(`openai/only-one@${new URL(url).host}`);
    expect(await model.answer(question)).toEqual({ verdict: "pass", reason: "é🙂" });
    expect(requests.at(-1)!.body.response_format.json_schema.schema).toEqual(schema);
  });

  test.for<[string, readonly string[]]>([
    ["temperature and max_tokens", ["temperature", "max_tokens"]],
    ["schemas", ["response_format.type=json_schema"]],
    ["any response format", ["response_format"]],
  ])("is asked another way where it does not know %s, once and for all", async ([, unknown]) => {
    const { model, requests } = await compatibleModel({ unknown, answers: [good] });
    expect(await model.answer(question)).toEqual(goodValue);
    const asked = requests.length;
    expect(await model.answer(question)).toEqual(goodValue);
    expect(requests.length).toBe(asked + 1);
  });

  test("may be wrong behind a proxy, in text or in HTML", async () => {
    const { model, habits } = await compatibleModel();
    habits.refuse = { status: 502, type: "text/plain", body: "upstream says no" };
    await expect(model.answer(question)).rejects.toThrow(/answered 502: upstream says no/);
    habits.refuse = { status: 200, type: "text/html", body: "<html></html>" };
    await expect(model.answer(question)).rejects.toThrow(/no JSON/);
  });
});
