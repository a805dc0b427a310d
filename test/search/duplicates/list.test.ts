import { expect, test } from "vitest";
import { dismissPair, listDuplicates } from "#search";
import { describeStores } from "../../support/stores.ts";
import { changed, save } from "../support.ts";
import { check, keysOfPairs, reports } from "./support.ts";

describeStores("duplicates", (open) => {
  test("are no longer shown when linked, closed on both sides, gone or dismissed", async () => {
    const db = await open();
    await save(db, reports);
    await check(db);
    const [pair] = await listDuplicates(db, { limit: 1 });
    await dismissPair(db, pair!, "local:ana");
    expect(await keysOfPairs(db)).toEqual([]);
    expect((await listDuplicates(db, { limit: 1, all: true }))[0]!.judged).toMatchObject({
      judge: "person:local:ana",
    });
    // Dismissed was what the texts said then.
    const third = { ...reports[2]!, body: "NullPointerException in onRotate" };
    await save(db, [changed(third, {})]);
    await check(db);
    expect(await keysOfPairs(db)).toEqual([["p#1", "q#3"]]);
    await save(db, [changed(third, { links: [{ kind: "duplicates", target: "p#1" }] })]);
    expect(await keysOfPairs(db)).toEqual([]);
    await save(db, [changed(third, {}), changed(reports[0]!, { state: "closed" })]);
    expect(await keysOfPairs(db)).toEqual([["p#1", "q#3"]]);
    await save(db, [changed(third, { state: "closed" })]);
    expect(await keysOfPairs(db)).toEqual([]);
    expect(await keysOfPairs(db, { all: true })).toEqual([["p#1", "q#3"]]);
    await db.rows("UPDATE issue SET gone_at = now() WHERE key = 'p#1'");
    expect(await keysOfPairs(db, { all: true })).toEqual([]);
  });
});
