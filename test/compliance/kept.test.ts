import { describe, expect, test } from "vitest";
import { assess, openMetrics } from "#compliance";
import { readJudgement, saveIssues, saveJudgement } from "#store";
import { someIssue } from "../support/issues.ts";
import { describeStores } from "../support/stores.ts";
import { dor, goodBug, resultOn, verdictOn } from "./support/issues.ts";
import { brokenModel, judgements, modelOf } from "./support/models.ts";

describeStores("with a store", (open) => {
  describe("what a model said", () => {
    const issue = {
      title: "Editor crashes on rename of an open file",
      body: "Rename a file that is open.",
      type: "Bug",
    };
    const answer = judgements(["bug.steps", "pass", "Rename a file that is open."]);

    test("is kept: the same text is not asked about twice, a changed one is", async () => {
      const store = await open();
      const model = modelOf(() => answer);
      const first = await assess(issue, dor, { model, store });
      expect(await assess(issue, dor, { model, store })).toEqual(first);
      expect(await assess({ ...issue, labels: ["editor"] }, dor, { model, store })).toMatchObject({
        basis: "model",
      });
      expect(model.asked).toHaveLength(1);
      await assess({ ...issue, body: `${issue.body} Then wait.` }, dor, { model, store });
      await assess({ ...issue, title: `${issue.title} here` }, dor, { model, store });
      expect(model.asked).toHaveLength(3);
    });

    test("is asked anew of another model, and by another version of the metric", async () => {
      const store = await open();
      const model = modelOf(() => answer);
      const other = { ...modelOf(() => answer), id: "test/other" };
      await assess(issue, dor, { model, store });
      await assess(issue, dor, { model: other, store });
      expect([model.asked.length, other.asked.length]).toEqual([1, 1]);
      const own = (weight: number) =>
        openMetrics({
          metrics: {
            DoR: {
              direction: "higher_is_better",
              criteria: [{ id: "bug.steps", title: "steps", check: "bug.steps", prompt: "Steps?", weight }],
            },
          },
        }).find("DoR");
      await assess(issue, own(1), { model, store });
      await assess(issue, own(1), { model, store });
      await assess(issue, own(2), { model, store });
      expect(model.asked).toHaveLength(3);
    });

    test("is not kept when there was no answer", async () => {
      const store = await open();
      await assess(issue, dor, { model: brokenModel, store });
      const mended = { ...modelOf(() => answer), id: brokenModel.id };
      expect(verdictOn(await assess(issue, dor, { model: mended, store }), "bug.steps")).toBe("pass");
    });

    test("stays the first of two that were asked at once", async () => {
      const store = await open();
      const key = { contentHash: "a", metric: "DoR", metricVersion: "1", model: "m" };
      expect(await readJudgement(store, key)).toBeUndefined();
      await Promise.all([saveJudgement(store, key, "1"), saveJudgement(store, key, "1")]);
      await saveJudgement(store, key, "2");
      expect(await readJudgement(store, key)).toBe("1");
    });
  });

  describe("what stands around an issue", () => {
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
});
