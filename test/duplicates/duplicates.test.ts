import { expect, test } from "vitest";
import { isPreloopError } from "#base";
import { checkDuplicates, dismissPair, judgePairs, listDuplicates, resolutionCalls } from "#duplicates";
import type { LanguageModel, ModelQuestion } from "#model";
import { indexStale } from "#search";
import type { Db } from "#store";
import { changed, NO_MODELS, save } from "../search/support.ts";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";

const at = (day: string) => new Date(`2026-01-${day}T00:00:00Z`);
const CRASH = "Crash in TableView when rotating";
const reports = [
  someIssue("1", { title: CRASH, body: "NullPointerException on rotate", createdAt: at("01") }),
  someIssue("2", { title: "Dark theme for the editor", body: "Please add one.", createdAt: at("02") }),
  someIssue("3", {
    project: "q",
    key: "q#3",
    title: "TableView crashes on rotation",
    body: "NullPointerException",
    createdAt: at("03"),
  }),
  someIssue("4", { title: "Docs speak of an old flag", body: "--legacy is gone", createdAt: at("04") }),
];

async function check(db: Db): Promise<number> {
  await indexStale(db, NO_MODELS);
  return checkDuplicates(db, NO_MODELS);
}
const keys = async (db: Db, filter: object = {}) =>
  (await listDuplicates(db, { limit: 10, threshold: 0.3, ...filter })).map(({ older, newer }) => [
    older.key,
    newer.key,
  ]);

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
  test("are found across projects, and looked for again only around what changed", async () => {
    const db = await open();
    await save(db, reports);
    expect(await check(db)).toBe(4);
    expect(await keys(db)).toEqual([["p#1", "q#3"]]);
    expect(await keys(db, { project: "q" })).toEqual([["p#1", "q#3"]]);
    expect(await keys(db, { project: "none" })).toEqual([]);
    expect(await keys(db, { threshold: 0.99 })).toEqual([]);
    expect(await check(db)).toBe(0);

    await save(db, [changed(reports[3]!, { title: "A dark theme for the editor", body: "Please add one!" })]);
    const checked = await check(db);
    expect(checked).toBeGreaterThan(0);
    expect(await keys(db)).toContainEqual(["p#2", "p#4"]);
    await save(db, [changed(reports[2]!, { title: "Something else altogether", body: "No longer" })]);
    await check(db);
    expect(await keys(db)).toEqual([["p#2", "p#4"]]);
  });

  test("are no longer shown when linked, closed on both sides, gone or dismissed", async () => {
    const db = await open();
    await save(db, reports);
    await check(db);
    const [pair] = await listDuplicates(db, { limit: 1 });
    await dismissPair(db, pair!, "local:ana");
    expect(await keys(db)).toEqual([]);
    expect((await listDuplicates(db, { limit: 1, all: true }))[0]!.judged).toMatchObject({
      judge: "person:local:ana",
    });
    // Dismissed was what the texts said then.
    const third = { ...reports[2]!, body: "NullPointerException in onRotate" };
    await save(db, [changed(third, {})]);
    await check(db);
    expect(await keys(db)).toEqual([["p#1", "q#3"]]);
    await save(db, [changed(third, { links: [{ kind: "duplicates", target: "p#1" }] })]);
    expect(await keys(db)).toEqual([]);
    await save(db, [changed(third, {}), changed(reports[0]!, { state: "closed" })]);
    expect(await keys(db)).toEqual([["p#1", "q#3"]]);
    await save(db, [changed(third, { state: "closed" })]);
    expect(await keys(db)).toEqual([]);
    expect(await keys(db, { all: true })).toEqual([["p#1", "q#3"]]);
    await db.rows("UPDATE issue SET gone_at = now() WHERE key = 'p#1'");
    expect(await keys(db, { all: true })).toEqual([]);
  });

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

  test("are resolved by steps that keep the older issue and lose nothing", async () => {
    const db = await open();
    await save(db, reports);
    await check(db);
    const [pair] = await listDuplicates(db, { limit: 1 });
    const link = { issue: "t:q#3", duplicate_of: "t:p#1" };
    const close = { ...link, status: "closed" };
    expect(resolutionCalls(pair!, "dismiss")).toEqual([]);
    expect(resolutionCalls(pair!, "link")).toEqual([link]);
    expect(resolutionCalls(pair!, "close")).toEqual([close]);
    const [merged, ...rest] = resolutionCalls(pair!, "merge");
    expect(rest).toEqual([close]);
    expect(merged).toMatchObject({ issue: "t:p#1" });
    expect(merged!.description).toContain(
      "NullPointerException on rotate\n\n---\n\n**From q#3: TableView crashes on rotation**\n\n> NullPointerException",
    );
    const closed = { ...pair!, newer: { ...pair!.newer, state: "closed" as const, tracker: "u" } };
    expect(resolutionCalls(closed, "close")).toEqual([{ ...link, issue: "u:q#3" }]);
  });
});
