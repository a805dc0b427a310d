import { expect, test } from "vitest";
import { indexStale, SEARCH_MODES, searchIssues, similarIssues } from "#search";
import { type Db, findIssueRow } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import { changed, expectExactStatistics, keep, NO_MODELS, rankInMemory, save } from "./support.ts";

const PARTS = [
  "login",
  "upload",
  "TableView",
  "keyboard",
  "parse_json",
  "socket",
  "emulator",
  "build",
  "theme",
  "push",
];
const VERBS = ["crashes", "hangs", "is slow", "fails silently", "leaks memory", "shows nothing"];
const PLACES = ["on Android", "on iOS 9", "behind a proxy", "after an update", "in landscape"];

/** Different reports of one make; no two so alike that rounding decides between them. */
function corpus(count: number): Map<string, { title: string; body: string }> {
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const pick = (list: readonly string[]) => list[random(list.length)]!;
  const words = (length: number) =>
    Array.from({ length }, () => `${pick(PARTS)} step${random(300)}`).join(" ");
  return new Map(
    Array.from({ length: count }, (_, n) => [
      `${n}`,
      { title: `${pick(PARTS)} ${pick(VERBS)} ${pick(PLACES)} ${words(1)}`, body: words(3 + random(60)) },
    ]),
  );
}

const find = async (db: Db, text: string, more: object = {}) =>
  (await searchIssues(db, { text, ...more }, NO_MODELS)).hits.map(({ row }) => row.id);

describeStores("search", (open) => {
  test("ranks as the plain reckoning in memory does", async () => {
    const db = await open();
    const texts = corpus(150);
    await keep(db, Object.fromEntries(texts));
    for (const query of [
      "login crashes on Android",
      "parse_json step17 step18",
      "the emulator",
      "keyboards hang",
    ]) {
      const { hits } = await searchIssues(db, { text: query, limit: 20 }, NO_MODELS);
      const expected = rankInMemory(texts, { title: query, body: "" });
      const scoreOf = new Map(expected.map(({ id, score }) => [id, score]));
      expect(hits.map(({ score }) => score.toFixed(3))).toEqual(
        expected.slice(0, 20).map(({ score }) => score.toFixed(3)),
      );
      for (const { row, score } of hits) expect(score).toBeCloseTo(scoreOf.get(row.id)!, 3);
    }
  });

  test("finds words in titles, bodies and comments, and shows where", async () => {
    const db = await open();
    const body = `${"Nothing of note here. ".repeat(40)}Then the ReconnectPolicy gave up.\n\nBye.`;
    await save(
      db,
      [someIssue("1", { title: "Sockets", body }), someIssue("2", { title: "Other", body: "x" })],
      {
        2: ["first", "It is the watchdogTimer again"],
      },
    );
    await indexStale(db, NO_MODELS);
    const [one] = (await searchIssues(db, { text: "reconnect policies" }, NO_MODELS)).hits;
    expect(one).toMatchObject({ row: { id: "1" }, matched: ["ReconnectPolicy"] });
    expect(one!.marks.map(([start, end]) => one!.snippet.slice(start, end))).toEqual(["ReconnectPolicy"]);
    expect(one!.snippet).toMatch(/^….*gave up\. Bye\.$/);
    const [two] = (await searchIssues(db, { text: "WatchdogTimer" }, NO_MODELS)).hits;
    expect(two).toMatchObject({
      row: { id: "2" },
      snippet: "It is the watchdogTimer again",
      matched: ["watchdogTimer"],
    });
  });

  test("shows nothing that a filter leaves out, in any mode", async () => {
    const db = await open();
    const of = (id: string, fields: object) => someIssue(id, { title: "proxy login", ...fields });
    await save(db, [
      of("1", { project: "a" }),
      of("2", { project: "b", state: "closed", status: "Won't Fix" }),
      of("3", { project: "b", status: "In Review", createdAt: new Date("2020-01-01T00:00:00Z") }),
      of("4", { project: "b", tracker: "u" }),
    ]);
    await indexStale(db, NO_MODELS);
    const cases = [
      [{}, ["1", "2", "3", "4"]],
      [{ project: "b" }, ["2", "3", "4"]],
      [{ project: "b", tracker: "u" }, ["4"]],
      [{ tracker: "none" }, []],
      [{ status: "open" }, ["1", "3", "4"]],
      [{ status: "closed" }, ["2"]],
      [{ status: "in review" }, ["3"]],
      [{ createdBefore: new Date("2021-01-01T00:00:00Z") }, ["3"]],
      [{ status: "open", project: "b", tracker: "t" }, ["3"]],
    ] as const;
    for (const mode of SEARCH_MODES)
      for (const [filter, ids] of cases)
        expect(
          (await find(db, "login proxy", { mode, ...filter })).sort(),
          JSON.stringify([mode, filter]),
        ).toEqual(ids);
    const { rowId } = (await findIssueRow(db, { key: "p#1" }))!;
    expect((await find(db, "login proxy", { excludeRowId: rowId })).sort()).toEqual(["2", "3", "4"]);
    expect(await find(db, "login proxy", { limit: 2 })).toHaveLength(2);
  });

  test("never shows an issue that is gone, and shows it again when it is back", async () => {
    const db = await open();
    const issue = someIssue("1", { title: "ghostly proxy" });
    await save(db, [issue, someIssue("2", { title: "plain proxy" })]);
    await indexStale(db, NO_MODELS);
    const { rowId } = (await findIssueRow(db, { key: "p#1" }))!;
    await db.rows("UPDATE issue SET gone_at = now() WHERE row_id = $1", [rowId]);
    expect(await find(db, "ghostly proxy")).toEqual(["2"]);
    expect(await find(db, "ghostly proxy", { project: "p" })).toEqual(["2"]);
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 0, forgotten: 1 });
    await expectExactStatistics(db);
    await save(db, [changed(issue, {})]);
    expect(await indexStale(db, NO_MODELS)).toMatchObject({ read: 1, forgotten: 0 });
    expect((await find(db, "ghostly proxy"))[0]).toBe("1");
    await expectExactStatistics(db);
  });

  test("puts the report of the same days first among likes, where that is asked for", async () => {
    const db = await open();
    const day = (text: string) => new Date(`${text}T00:00:00Z`);
    await save(db, [
      someIssue("1", { title: "upload stalls", body: "", createdAt: day("2015-01-01") }),
      someIssue("2", { title: "upload stalls", body: "", createdAt: day("2026-01-01") }),
    ]);
    await indexStale(db, NO_MODELS);
    const near = async (at: string, recency: boolean) =>
      (
        await similarIssues(db, { title: "upload stalls", body: "", at: day(at), recency }, NO_MODELS)
      ).hits.map(({ row }) => row.id);
    expect(await near("2026-02-01", true)).toEqual(["2", "1"]);
    expect(await near("2015-02-01", true)).toEqual(["1", "2"]);
    expect(await near("2026-02-01", false)).toEqual(["1", "2"]);
  });

  test.for([
    ["", "nothing"],
    ["' OR 1=1; DROP TABLE issue; --", "SQL"],
    ["a & b | !c :* <-> (d", "the syntax of tsquery"],
    ["{1:2}/3 [1,2,3] \\x00 $1 %s", "vectors and parameters"],
    ["\u0000 nul and \ud800 half a pair", "what Postgres has no place for"],
    ["🎉 تسجيل الدخول \u202e 登录失败", "emoji and text from right to left"],
    ["the and of", "stop words alone"],
    [`${"word ".repeat(1000)}${Array.from({ length: 100_000 }, (_, n) => `w${n}`).join(" ")}`, "a megabyte"],
  ] as const)("takes %# as words: $1", async ([text]) => {
    const db = await open();
    await keep(db, { 1: { title: "登录失败 🎉", body: "تسجيل الدخول" }, 2: { title: "DROP TABLE word" } });
    for (const mode of SEARCH_MODES) {
      const { hits } = await searchIssues(db, { text, mode }, NO_MODELS);
      expect(hits.length).toBeLessThanOrEqual(2);
      if (text.includes("登录")) expect(hits[0]!.row.id).toBe("1");
    }
  });

  test("says that nothing is there yet", async () => {
    const found = await searchIssues(await open(), { text: "anything" }, NO_MODELS);
    expect(found).toEqual({ hits: [], mode: "hybrid", notes: [expect.stringContaining("preloop sync")] });
  });
});
