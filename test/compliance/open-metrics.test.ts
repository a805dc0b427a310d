import { describe, expect, test } from "vitest";
import { assess, openMetrics } from "#compliance";
import { dor, resultOn, verdictOn } from "./support/issues.ts";
import { judgements, modelOf } from "./support/models.ts";

describe("a metric of one's own", () => {
  const config = {
    metrics: {
      Support: {
        title: "Support handover",
        direction: "higher_is_better",
        criteria: [
          {
            id: "customer",
            title: "names the customer",
            check: { pattern: "(?i)customer:\\s*\\w+", in: "prose" },
            weight: 2,
          },
          {
            id: "no-blame",
            title: "blames nobody",
            check: { pattern: "(?i)stupid|idiot", in: "body", absent: true },
            weight: 1,
          },
          {
            id: "polite",
            title: "is polite",
            prompt: "The text is polite.",
            weight: 1,
            suggestion: "Can it be said kindly?",
          },
          { id: "steps", title: "steps", kinds: ["bug"], check: "bug.steps", weight: 1 },
        ],
      },
    },
  } as const;

  test("is found whatever its case, beside ours; an unknown one is told with the names", () => {
    const metrics = openMetrics(config);
    expect(metrics.all.map(({ name }) => name)).toEqual(["DoR", "INVEST", "Risk", "Support"]);
    expect(metrics.find("support").title).toBe("Support handover");
    expect(metrics.find(" dor ").name).toBe("DoR");
    expect(() => metrics.find("Suport")).toThrow(
      /no metric Suport; did you mean Support\? There are DoR, INVEST/,
    );
  });

  test("takes the place of ours by the same name, and has another version", () => {
    const own = openMetrics({ metrics: { DoR: config.metrics.Support } });
    expect(own.all).toHaveLength(3);
    expect(own.find("DoR").version).not.toBe(dor.version);
    expect(openMetrics({ metrics: {} }).find("DoR").version).toBe(dor.version);
  });

  test("finds its patterns where it looks for them, and says where", async () => {
    const metric = openMetrics(config).find("Support");
    const issue = { title: "Login", body: "Seen by\ncustomer: Acme\n\n```\nstupid = 1\n```", type: "Task" };
    const found = await assess(issue, metric);
    expect(resultOn(found, "customer")).toMatchObject({
      verdict: "pass",
      evidence: { text: "customer: Acme" },
    });
    expect(resultOn(found, "no-blame")).toMatchObject({ verdict: "fail", evidence: { text: "stupid = 1" } });
    expect(verdictOn(found, "polite")).toBe("not_assessed");
    expect(verdictOn(found, "steps")).toBe("not_applicable");
    expect(found.score).toBeCloseTo(2 / 3, 3);
    const model = modelOf(() => judgements(["polite", "fail", "stupid = 1"]));
    const judged = await assess(issue, metric, { model });
    expect(resultOn(judged, "polite")).toMatchObject({ verdict: "fail", basis: "model" });
  });

  test("reads a hostile text in no time, whatever the pattern", { timeout: 20_000 }, async () => {
    const metric = openMetrics({
      metrics: {
        Slow: {
          direction: "higher_is_better",
          criteria: [{ id: "slow", title: "slow", check: { pattern: "^(a+)+$", in: "body" }, weight: 1 }],
        },
      },
    }).find("Slow");
    expect(verdictOn(await assess({ title: "t", body: `${"a".repeat(1_900)}b` }, metric), "slow")).toBe(
      "fail",
    );
  });

  test("with a broken pattern is an error of the config", () => {
    const broken = (pattern: string) =>
      openMetrics({
        metrics: {
          X: {
            direction: "higher_is_better",
            criteria: [{ id: "a", title: "a", check: { pattern, in: "body" }, weight: 1 }],
          },
        },
      });
    expect(() => broken("(")).toThrow(expect.objectContaining({ code: "config_invalid" }));
    expect(() => broken("a(?=b)")).toThrow(/compliance\.metrics\.X, a/);
  });
});
