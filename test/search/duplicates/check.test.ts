import { expect, test } from "vitest";
import { describeStores } from "../../support/stores.ts";
import { changed, save } from "../support.ts";
import { check, keysOfPairs, reports } from "./support.ts";

describeStores("duplicates", (open) => {
  test("are found across projects, and looked for again only around what changed", async () => {
    const db = await open();
    await save(db, reports);
    expect(await check(db)).toBe(4);
    expect(await keysOfPairs(db)).toEqual([["p#1", "q#3"]]);
    expect(await keysOfPairs(db, { project: "q" })).toEqual([["p#1", "q#3"]]);
    expect(await keysOfPairs(db, { project: "none" })).toEqual([]);
    expect(await keysOfPairs(db, { threshold: 0.99 })).toEqual([]);
    expect(await check(db)).toBe(0);

    await save(db, [changed(reports[3]!, { title: "A dark theme for the editor", body: "Please add one!" })]);
    const checked = await check(db);
    expect(checked).toBeGreaterThan(0);
    expect(await keysOfPairs(db)).toContainEqual(["p#2", "p#4"]);
    await save(db, [changed(reports[2]!, { title: "Something else altogether", body: "No longer" })]);
    await check(db);
    expect(await keysOfPairs(db)).toEqual([["p#2", "p#4"]]);
  });
});
