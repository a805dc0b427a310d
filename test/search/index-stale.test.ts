import { expect, test } from "vitest";
import { indexStale, searchIssues } from "#search";
import type { Db } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import {
  changed,
  countStale,
  createModel,
  expectExactStatistics,
  NO_MODELS,
  numberedIssues,
  save,
} from "./support.ts";

const top = async (db: Db, text: string) => (await searchIssues(db, { text }, NO_MODELS)).hits[0]?.row.id;

describeStores("the index", (open, _kind, create) => {
  test("follows the texts: new, changed, commented, and no others", async () => {
    const db = await open();
    const all = numberedIssues(30);
    await save(db, all);
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 30, forgotten: 0 });
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 0, forgotten: 0 });
    await save(db, [changed(all[4]!, { title: "marzipan" }), changed(all[5]!, { status: "elsewhere" })]);
    await save(db, [all[6]!], { 6: ["nougat"] });
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 2 });
    expect([await top(db, "marzipan"), await top(db, "nougat")]).toEqual(["4", "6"]);
    expect(await countStale(db)).toBe(0);
    await expectExactStatistics(db);
  });

  test("says how far it is", async () => {
    const db = await open();
    await save(db, numberedIssues(5));
    const steps: unknown[] = [];
    await indexStale(db, { models: [createModel("m")] }, { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([
      { stage: "reading", done: 5, total: 5 },
      { stage: "embedding", done: 5, total: 5 },
    ]);
  });

  test("takes a megabyte, texts from right to left and thousands of comments", async () => {
    const db = await open();
    const long = Array.from({ length: 120_000 }, (_, n) => `w${n}x`).join(" ");
    await save(
      db,
      [
        someIssue("1", { title: "Long one", body: long }),
        someIssue("2", { title: "🎉 فشل تسجيل الدخول", body: "\u202eabc\u202c 登录" }),
        someIssue("3", { title: "Much said" }),
      ],
      { 3: Array.from({ length: 2000 }, (_, n) => `comment number ${n} speaks of thing${n}`) },
    );
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 3 });
    expect([await top(db, "Long one"), await top(db, "الدخول"), await top(db, "thing1999")]).toEqual([
      "1",
      "2",
      "3",
    ]);
    await expectExactStatistics(db);
  });

  test("is right when several bring it up to date while texts change", async () => {
    const store = await create();
    const [db, other, third] = [await store.open(), await store.open(), await store.open()];
    const all = numberedIssues(240);
    await save(db, all);
    const change = async (round: number) => {
      for (let n = round; n < 240; n += 9)
        await save(third, [changed(all[n]!, { body: `round${round} word${n}` })]);
    };
    await Promise.all([
      ...[db, other, db, other].map((one) => indexStale(one, NO_MODELS)),
      change(1).then(() => indexStale(third, NO_MODELS)),
    ]);
    await Promise.all([indexStale(db, NO_MODELS), change(2), indexStale(other, NO_MODELS)]);
    await indexStale(db, NO_MODELS);
    expect(await countStale(db)).toBe(0);
    await expectExactStatistics(db);
  });

  test("stops when told to, and goes on from there", async () => {
    const db = await open();
    await save(db, numberedIssues(10));
    const stop = new AbortController();
    stop.abort();
    await expect(indexStale(db, NO_MODELS, { signal: stop.signal })).rejects.toThrow();
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 10 });
  });
});
