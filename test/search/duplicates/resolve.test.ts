import { expect, test } from "vitest";
import { listDuplicates, resolutionCalls } from "#search";
import { describeStores } from "../../support/stores.ts";
import { save } from "../support.ts";
import { check, reports } from "./support.ts";

describeStores("duplicates", (open) => {
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
