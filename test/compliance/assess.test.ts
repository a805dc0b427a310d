import { describe, expect, test } from "vitest";
import { assess } from "#compliance";
import { dor, goodBug, goodStory, invest, poorBug, resultOn, risk, verdictOn } from "./support/issues.ts";

describe("a score by rules", () => {
  test("is high for a good bug and a good story, low for a poor one, and says how it came to be", async () => {
    const good = await assess(goodBug, dor);
    expect(good).toMatchObject({ basis: "rules", direction: "higher_is_better", kind: "bug" });
    expect(good.score).toBeGreaterThan(0.9);
    expect((await assess(goodStory, dor)).score).toBeGreaterThan(0.9);
    expect((await assess(goodStory, invest)).score).toBeGreaterThan(0.9);
    const poor = await assess(poorBug, dor);
    expect(poor.score).toBeLessThan(0.25);
    for (const { verdict, suggestion } of poor.criteria)
      if (verdict === "fail" || verdict === "part") expect(suggestion).toBeTruthy();
  });

  test("of risk is higher where more can go wrong", async () => {
    const safe = await assess({ ...goodStory, title: "Paint the export button green" }, risk);
    const risky = await assess(
      {
        title: "Migrate all billing data",
        body: "Drop the table in production, not sure about rollout, auth breaks.",
      },
      risk,
    );
    expect(risky.direction).toBe("higher_is_riskier");
    expect(risky.score).toBeGreaterThan(0.6);
    expect(safe.score).toBeLessThan(0.3);
  });

  test("leaves out what does not apply", async () => {
    const { criteria, score } = await assess(goodBug, dor);
    expect(verdictOn({ criteria }, "story.acceptance")).toBe("not_applicable");
    const VALUE: Record<string, number> = { pass: 1, part: 0.5, fail: 0 };
    const counted = criteria.filter(({ verdict, id }) => verdict in VALUE && id !== "hygiene.secrets");
    const sum = counted.reduce((all, { verdict, weight }) => all + VALUE[verdict]! * weight, 0);
    const weights = counted.reduce((all, { weight }) => all + weight, 0);
    expect(score).toBeCloseTo(sum / weights, 3);
  });

  test("is the same for the same issue, and rests on words that stand where it says", async () => {
    for (const issue of [goodBug, poorBug, goodStory])
      for (const metric of [dor, invest, risk]) {
        const found = await assess(issue, metric);
        expect(await assess({ ...issue }, metric)).toEqual(found);
        for (const { evidence } of found.criteria)
          if (evidence) expect(issue[evidence.in].slice(evidence.start, evidence.end)).toBe(evidence.text);
      }
  });

  test("is nothing when a secret is found, and the secret is nowhere in the result", async () => {
    const secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    const leaky = { ...goodBug, body: `${goodBug.body}\nTo reproduce use token ${secret} in production.` };
    expect((await assess(leaky, dor)).score).toBe(0);
    expect((await assess(leaky, risk)).score).toBe(1);
    const everywhere = {
      title: `Log in with ${secret}`,
      body: `## Why ${secret}\n\n## token: ${secret}\n\nfast ${secret}!\n\n- [ ] ${secret}\n\n[INFO] ${secret}`,
    };
    for (const issue of [leaky, everywhere])
      for (const metric of [dor, invest, risk])
        expect(JSON.stringify(await assess(issue, metric))).not.toContain(secret);
  });

  test("does not judge what it cannot read", async () => {
    const german = {
      title: "Der Editor stürzt beim Umbenennen ab",
      body: "Wenn ich eine Datei umbenenne, die noch offen ist, dann stürzt der Editor ab und die Änderungen sind nicht mehr da.",
    };
    const found = await assess({ ...german, type: "Bug" }, dor);
    for (const id of ["bug.steps", "bug.expected", "bug.observed", "story.unambiguous"])
      expect(resultOn(found, id).verdict, id).toBe("not_assessed");
    expect(verdictOn(found, "bug.evidence")).toBe("fail");
    expect(found.notes).toEqual([expect.stringMatching(/not in English/)]);
    const japanese = await assess(
      {
        title: "ファイル名を変更するとエディタが落ちる",
        body: "ファイルを開いたまま名前を変更すると、エディタが落ちます。".repeat(3),
      },
      dor,
    );
    expect(verdictOn(japanese, "bug.steps")).not.toBe("fail");
    expect(verdictOn(japanese, "title.specific")).toBe("not_assessed");
    expect(verdictOn(japanese, "body.present")).toBe("pass");
  });

  test.for([
    ["a megabyte of one line", "x ".repeat(500_000)],
    ["a megabyte of brackets", "![".repeat(500_000)],
    ["a megabyte of backticks", "`".repeat(1_000_000)],
    ["a megabyte of blanks", " ".repeat(1_000_000)],
    ["100,000 headings", "# a\n".repeat(100_000)],
    ["100,000 log lines", "    at x (y.js:1:2)\n".repeat(100_000)],
    ["emoji and right-to-left text", "👩‍👩‍👧‍👦 مرحبا \u202e\u0000 ".repeat(10_000)],
    ["lines of blanks with an end", `${" ".repeat(990)}x\n`.repeat(200)],
    ["headings of blanks", `# a${" ".repeat(990)}#x\n`.repeat(200)],
    ["bold blanks", `**ab**${" ".repeat(990)}x\n`.repeat(200)],
    ["calls of blanks", `at${" ".repeat(990)}x\n`.repeat(200)],
    ["items of blanks", `# a\n${`-${" ".repeat(990)}x\n`.repeat(200)}`],
    ["a section of one long line", `# a\n${" ".repeat(100_000)}x${"-->".repeat(30_000)}y`],
    ["half characters", "\ud83d ".repeat(1_000)],
  ])("takes %s", { timeout: 20_000 }, async ([, body]) => {
    const found = await assess({ title: "A title of four words", body: body! }, dor);
    expect(found.score).toBeGreaterThanOrEqual(0);
  });
});
