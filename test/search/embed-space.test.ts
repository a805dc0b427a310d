import { expect, test } from "vitest";
import { PreloopError } from "#base";
import { BUILTIN_SPACE, indexStale, searchIssues } from "#search";
import { type Db, listSpaces } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import { changed, createModel, numberedIssues, save } from "./support.ts";

const serving = async (db: Db) =>
  (await listSpaces(db)).filter(({ state }) => state === "serving").map(({ name }) => name);

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
    await save(db, numberedIssues(80));
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
    await save(db, numberedIssues(100));
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
    await save(db, numberedIssues(40));
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
    await save(db, numberedIssues(3));
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
    await save(db, numberedIssues(20));
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
