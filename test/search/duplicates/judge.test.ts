import { expect, test } from "vitest";
import { isPreloopError } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";
import { judgePairs, listDuplicates } from "#search";
import { describeStores } from "../../support/stores.ts";
import { changed, save } from "../support.ts";
import { CRASH, check, reports } from "./support.ts";

/** A model that says what it is told to, and keeps what it was asked. */
function createJudge(answer: unknown): LanguageModel & { readonly asked: ModelQuestion[] } {
  const asked: ModelQuestion[] = [];
  return {
    id: "test/judge@1",
    asked,
    async answer(question) {
      asked.push(question);
      return answer as never;
    },
  };
}

describeStores("duplicates", (open) => {
  test("are judged once by a model, as data, until a text changes", async () => {
    const db = await open();
    await save(db, reports);
    await check(db);
    const judge = createJudge({ verdict: "duplicate", reason: "Both crash on rotation." });
    const list = async () => judgePairs(db, await listDuplicates(db, { limit: 1 }), { model: judge });
    for (const _ of [1, 2])
      expect(await list()).toMatchObject([{ judged: { verdict: "duplicate", judge: judge.id } }]);
    expect(judge.asked).toHaveLength(1);
    expect(judge.asked[0]!.data).toMatchObject({ "first title": CRASH });
    expect(judge.asked[0]!.task).not.toContain("TableView");
    await save(db, [changed(reports[0]!, { body: "NullPointerException on rotate, always" })]);
    await check(db);
    await list();
    expect(judge.asked).toHaveLength(2);
  });

  test("stay unjudged when a model answers in another shape", async () => {
    const db = await open();
    await save(db, reports);
    await check(db);
    const pairs = await listDuplicates(db, { limit: 1 });
    const failure = await judgePairs(db, pairs, { model: createJudge({ verdict: "close it now" }) }).catch(
      (error) => error,
    );
    expect(isPreloopError(failure, "model_failed")).toBe(true);
    expect((await listDuplicates(db, { limit: 1 }))[0]!.judged).toBeUndefined();
  });
});
