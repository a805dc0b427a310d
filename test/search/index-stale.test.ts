import { expect, test } from "vitest";
import { PreloopError } from "#base";
import { BUILTIN_SPACE, indexStale, searchIssues } from "#search";
import { type Db, listSpaces } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import { changed, countStale, createModel, expectExactStatistics, NO_MODELS, save } from "./support.ts";

const issues = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    someIssue(`${n}`, {
      title: `report ${n} of part${n % 7}`,
      body: `word${n} word${n % 13} ${"again ".repeat(n % 3)}`,
    }),
  );
const top = async (db: Db, text: string) => (await searchIssues(db, { text }, NO_MODELS)).hits[0]?.row.id;
const serving = async (db: Db) =>
  (await listSpaces(db)).filter(({ state }) => state === "serving").map(({ name }) => name);

describeStores("the index", (open, _kind, create) => {
  test("follows the texts: new, changed, commented, and no others", async () => {
    const db = await open();
    const all = issues(30);
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
    await save(db, issues(5));
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
    const all = issues(240);
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
    await save(db, issues(10));
    const stop = new AbortController();
    stop.abort();
    await expect(indexStale(db, NO_MODELS, { signal: stop.signal })).rejects.toThrow();
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 10 });
  });
});

describeStores("a model's vectors", (open, _kind, create) => {
  test("are asked for once a text: not again when nothing changed, nor for a copy; always after a change", async () => {
    const db = await open();
    const model = createModel("m");
    const all = [someIssue("1", { title: "one" }), someIssue("2", { title: "two" })];
    await save(db, all);
    await indexStale(db, { models: [model] });
    expect(await serving(db)).toEqual([model.space.id]);
    await indexStale(db, { models: [model] });
    expect(model.embedded).toEqual(["one", "two"]);
    await save(db, [
      changed(all[0]!, { title: "one more" }),
      someIssue("3", { title: "two", body: all[1]!.body }),
    ]);
    expect(await indexStale(db, { models: [model] })).toMatchObject({ embedded: 1, reused: 1 });
    expect(model.embedded).toEqual(["one", "two", "one more"]);
  });

  test("are made by one process at a time, also for what comes meanwhile", async () => {
    const store = await create();
    const [db, other] = [await store.open(), await store.open()];
    await save(db, issues(80));
    const late = someIssue("late", { title: "late" });
    let second: Promise<unknown> | undefined;
    const model = createModel("m", () => {
      second ??= save(other, [late]).then(() => indexStale(other, { models: [model] }));
    });
    await indexStale(db, { models: [model] });
    await second;
    await indexStale(db, { models: [model] });
    expect(model.embedded).toHaveLength(81);
    expect(new Set(model.embedded).size).toBe(81);
  });

  test("serve until those of another model are nearly complete, and go then", async () => {
    const db = await open();
    await save(db, issues(100));
    const old = createModel("old");
    await indexStale(db, { models: [old] });
    let left = 64;
    const next = createModel("next", (texts) => {
      left -= texts.length;
      if (left < 0) throw new PreloopError("model_failed", "Ollama at http://localhost does not answer");
    });
    const half = await indexStale(db, { models: [next] });
    expect(half).toMatchObject({ embedded: 64, notes: [expect.stringContaining("does not answer")] });
    expect(await serving(db)).toEqual([old.space.id]);

    const search = (models: ReturnType<typeof createModel>[]) =>
      searchIssues(db, { text: "report 5 part5" }, { models });
    expect(await search([next, old])).toMatchObject({ space: old.space.id, notes: [] });
    expect(await search([next])).toMatchObject({
      space: BUILTIN_SPACE.id,
      notes: [expect.stringContaining("not built yet")],
    });

    left = 1000;
    expect(await indexStale(db, { models: [next] })).toMatchObject({ embedded: 36, notes: [] });
    expect(await serving(db)).toEqual([next.space.id]);
    expect((await listSpaces(db)).map(({ name }) => name).sort()).toEqual([BUILTIN_SPACE.id, next.space.id]);
    expect(await search([next])).toMatchObject({ space: next.space.id, notes: [] });
  });

  test("are made around the texts that the model fails at, and the space serves", async () => {
    const db = await open();
    await save(db, issues(40));
    const isBad = (title: string) => /^report (0|1|2|17|35) /.test(title);
    const fail = (texts: readonly { readonly title: string }[]) => {
      if (texts.some(({ title }) => isBad(title)))
        throw new PreloopError("model_failed", "It answered 500", { data: { isOfText: true } });
    };
    const model = createModel("m", fail);
    const note = expect.stringContaining("5 texts are left out: It answered 500");
    expect(await indexStale(db, { models: [model] })).toMatchObject({ embedded: 35, notes: [note] });
    expect(await serving(db)).toEqual([model.space.id]);
    expect(await indexStale(db, { models: [model] })).toMatchObject({ embedded: 0, notes: [note] });
    expect(model.embedded.filter((title) => title.startsWith("report"))).toHaveLength(35);
    const broken = createModel("other", () => fail([{ title: "report 0 " }]));
    const told = expect.stringMatching(/^It answered 500$/);
    expect(await indexStale(db, { models: [broken] })).toMatchObject({ embedded: 0, notes: [told] });
    const fine = createModel("m");
    expect(await indexStale(db, { models: [fine] })).toMatchObject({ embedded: 5, notes: [] });
  });

  test("of another version's built-in space go when all texts are in this one's", async () => {
    const db = await open();
    await save(db, issues(3));
    await db.rows("INSERT INTO search_space (name, dimensions, state) VALUES ('builtin/0/2', 2, 'builtin')");
    await db.rows(
      "INSERT INTO search_embedding SELECT number, 1, 'x', '[1,0]' FROM search_space WHERE name = 'builtin/0/2'",
    );
    await indexStale(db, { models: [] });
    expect((await listSpaces(db)).map(({ name }) => name)).toEqual([BUILTIN_SPACE.id]);
    expect(await db.rows("SELECT FROM search_embedding")).toHaveLength(3);
  });

  test("are done without when the model does not answer, and people are told", async () => {
    const db = await open();
    await save(db, issues(20));
    let isUp = true;
    const model = createModel("m", () => {
      if (!isUp) throw new PreloopError("model_failed", "Ollama at http://localhost does not answer");
    });
    await indexStale(db, { models: [model] });
    isUp = false;
    const found = await searchIssues(db, { text: "report 7 word7" }, { models: [model] });
    expect(found).toMatchObject({
      space: BUILTIN_SPACE.id,
      notes: [expect.stringContaining("built-in embedding instead")],
    });
    expect(found.hits[0]!.row.id).toBe("7");
  });
});
