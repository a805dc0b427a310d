import { expect, test } from "vitest";
import { assess } from "#compliance";
import { saveIssues } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import { dor, goodBug, resultOn, verdictOn } from "./support/issues.ts";

describeStores("what stands around an issue", (open) => {
  const place = { tracker: "t", project: "APP", key: "APP-1" };

  test("shows an open issue of the same project with the same title", async () => {
    const store = await open();
    const title = "Editor  crashes on RENAME of an open file ";
    await store.transaction((tx) =>
      saveIssues(tx, {
        tracker: "t",
        issues: [
          someIssue("1", { project: "APP", key: "APP-1", title: goodBug.title }),
          someIssue("2", { project: "APP", key: "APP-2", title }),
          someIssue("3", { project: "APP", key: "APP-3", title, state: "closed" }),
          someIssue("4", { project: "OPS", key: "OPS-4", title }),
        ],
      }),
    );
    const twin = { ...goodBug, ...place, title: "editor crashes on rename of an open file" };
    expect(resultOn(await assess(twin, dor, { store }), "title.unique")).toMatchObject({
      verdict: "fail",
      reason: "APP-2 has the same title.",
    });
    expect(verdictOn(await assess({ ...goodBug, ...place }, dor, { store }), "title.unique")).toBe("pass");
    expect(verdictOn(await assess(goodBug, dor, { store }), "title.unique")).toBe("not_assessed");
  });

  test("shows keys that name nothing, of projects that are known", async () => {
    const store = await open();
    await store.transaction((tx) =>
      saveIssues(tx, { tracker: "t", issues: [someIssue("1", { project: "APP", key: "APP-1" })] }),
    );
    const linked = (body: string) => assess({ ...goodBug, ...place, body }, dor, { store });
    expect(resultOn(await linked("Like APP-1 and APP-99, or UTF-8."), "links.resolve")).toMatchObject({
      verdict: "part",
      reason: "APP-99: no such issue is known.",
    });
    expect(verdictOn(await linked("Like APP-1."), "links.resolve")).toBe("pass");
  });
});
