import { applyPatch, parsePatch } from "diff";
import { describe, expect, test } from "vitest";
import { type AssessedIssue, assess, type Improvement, improve, type Metric } from "#compliance";
import { dor, goodBug, goodStory, invest, metrics, poorBug, risk } from "./support/issues.ts";
import { brokenModel, modelOf } from "./support/models.ts";

const template: AssessedIssue = {
  title: "Login fails on the second try",
  body: "### What happens\r\n\r\nThe page hangs.\r\n\r\n### Steps to reproduce\r\n\r\n_No response_\r\n\r\n### Expected\r\n\r\nIt lets me in.\r\n",
  type: "Bug",
};
const logs: AssessedIssue = {
  title: "Worker fails at night",
  body: "It fails.\n\n2026-01-02 10:00:00 ERROR no disk\n2026-01-02 10:00:01 ERROR no disk\n2026-01-02 10:00:02 ERROR no disk\nand so on",
  type: "Bug",
};
const unclosed: AssessedIssue = {
  title: "Parser eats code",
  body: "Try this:\n~~~js\nlet a = 1",
  type: "Bug",
};
const chat: AssessedIssue = {
  title: "help!!!",
  body: "The editor crashes.\n\nRename a file that is open.\n\nIt should stay open under its new name.\n\n```\nTypeError: x\n\n    at y (z.js:1:2)\n```",
  type: "Bug",
};

const worse = ({ before, after }: Improvement) =>
  before.direction === "higher_is_better" ? after.score! < before.score! : after.score! > before.score!;

describe("an improvement", () => {
  const issues = { goodBug, poorBug, goodStory, template, logs, unclosed, chat };
  const empty: AssessedIssue = { title: "Something", body: "" };

  test("never makes the score worse, whatever the issue and the metric", async () => {
    for (const issue of [...Object.values(issues), empty])
      for (const metric of metrics.all) {
        const better = await improve(issue, metric);
        expect(worse(better), `${issue.title} by ${metric.name}`).toBe(false);
        const again = await assess(changed(issue, better), metric);
        expect(again.score).toBe(better.after.score);
      }
  });

  test("keeps every line of the author, in its order, word for word", async () => {
    for (const issue of Object.values(issues))
      for (const metric of metrics.all) {
        const { body } = changed(issue, await improve(issue, metric));
        let at = 0;
        for (const line of issue.body.trimEnd().split("\n")) {
          const found = body.indexOf(line, at);
          expect(found, line).toBeGreaterThanOrEqual(0);
          at = found + line.length;
        }
      }
  });

  test("adds nothing but questions, our headings and fences", async () => {
    for (const issue of [...Object.values(issues), empty]) {
      const { body } = changed(issue, await improve(issue, dor));
      const mine = new Set(issue.body.split("\n").map((line) => line.trimEnd()));
      const added = body.split("\n").filter((line) => !mine.has(line.trimEnd()));
      for (const line of added)
        expect(line.trimEnd()).toMatch(/^(?:|## [A-Z][a-z, ]+|(?:- )?TODO: .+|```|~~~)$/);
    }
  });

  test("asks once: a second one changes nothing more", async () => {
    for (const issue of Object.values(issues)) {
      const once = changed(issue, await improve(issue, dor));
      expect((await improve(once, dor)).arguments).toEqual({});
    }
  });

  test("leaves a good issue alone", async () => {
    expect(await improve(goodStory, dor)).toMatchObject({ arguments: {}, diff: "" });
  });

  test("asks for what is missing under a heading for it, and for fields beside the description", async () => {
    const { arguments: set, questions } = await improve(poorBug, dor);
    expect(set.title).toBe("App broken");
    expect(set.description).toMatch(/^it does not work\n\n## Steps to reproduce\n\nTODO: .+\?\n/);
    expect(set.description).toContain("## Expected behaviour\n\nTODO: What did you expect to happen?");
    expect(questions).toContainEqual(expect.stringMatching(/Set a label/));
    expect(set.description).not.toMatch(/label/);
  });

  test("asks under the author's own empty heading, not beside it", async () => {
    const { description } = (await improve(template, dor)).arguments;
    expect(description).toMatch(/### Steps to reproduce\r\n\r\nTODO: .+\r\n/);
    expect(description).not.toMatch(/[^\r]\n|What belongs here/);
    expect(description!.match(/steps to reproduce/gi)).toHaveLength(1);
  });

  test("asks what belongs under a heading that nobody filled in", async () => {
    const body = `${template.body}\r\n### Browser\r\n\r\nN/A\r\n`;
    const { description } = (await improve({ ...template, body }, dor)).arguments;
    expect(description).toMatch(/### Browser\r\n\r\nTODO: What belongs here\?\r\n/);
  });

  test("puts a log into a block and closes an open one", async () => {
    expect((await improve(logs, dor)).arguments.description).toContain(
      "```\n2026-01-02 10:00:00 ERROR no disk\n2026-01-02 10:00:01 ERROR no disk\n2026-01-02 10:00:02 ERROR no disk\n```\nand so on",
    );
    expect((await improve(unclosed, dor)).arguments.description).toContain("~~~js\nlet a = 1\n~~~\n");
  });

  test("shows as a diff exactly what it sets", async () => {
    for (const issue of [poorBug, template, logs, unclosed, chat]) {
      const { arguments: set, diff } = await improve(issue, dor);
      const patches = parsePatch(diff);
      const lf = (text: string) => `${text.replace(/\r\n/g, "\n").replace(/\n*$/, "")}\n`;
      for (const patch of patches) {
        const [before, after] =
          patch.oldFileName === "title" ? [issue.title, set.title] : [issue.body, set.description];
        expect(applyPatch(lf(before), patch)).toBe(lf(after!));
      }
      expect(patches).toHaveLength(Object.keys(set).length);
    }
  });

  test("takes secrets out, shows them nowhere, and says what to do", async () => {
    const secret = "glpat-abcdefghij0123456789";
    const leaky = { ...goodBug, body: `${goodBug.body}\ncurl -H "PRIVATE-TOKEN: ${secret}" https://x.dev\n` };
    const better = await improve(leaky, dor);
    expect(JSON.stringify(better)).not.toContain(secret);
    expect(better.arguments.description).toContain("[redacted]");
    expect(better.after.score).toBeGreaterThan(better.before.score!);
    expect(better.notes).toContainEqual(expect.stringMatching(/make it invalid/));
    expect(better.questions).toContainEqual(expect.stringMatching(/^Make it invalid/));
  });

  test("tidies a title without touching its words", async () => {
    const titleOf = async (title: string) =>
      (await improve({ ...goodBug, title }, dor)).arguments.title ?? title;
    expect(await titleOf("  Editor   crashes on rename!!! ")).toBe("Editor crashes on rename");
    expect(await titleOf("Why does the editor crash???")).toBe("Why does the editor crash?");
    expect(await titleOf("URGENT: editor crashes on rename")).toBe("editor crashes on rename");
    expect(await titleOf("URGENT!!! search broken")).toBe("search broken");
    expect(await titleOf("Help page of the editor is empty")).toBe("Help page of the editor is empty");
    expect(await titleOf("Support for C++, v1.2.")).toBe("Support for C++, v1.2.");
    expect(await titleOf("!!!")).toBe("!!!");
    expect(await titleOf(`${"!".repeat(100_000)}x`)).toHaveLength(100_001);
  });

  test("proposes no description where the tracker holds more than Markdown", async () => {
    const better = await improve({ ...poorBug, isLossy: true }, dor);
    expect(better.arguments).toEqual({ title: "App broken" });
    expect(better.notes).toContainEqual(expect.stringMatching(/more of the description/));
  });

  test("takes an issue of a megabyte", { timeout: 30_000 }, async () => {
    const body = `${"It fails. ".repeat(100_000)}\n`;
    expect((await improve({ ...poorBug, body }, dor)).arguments.description).toContain(body.trim());
  });
});

describe("an improvement with a model", () => {
  const proposal = (more: object) => ({ criteria: [], title: "", sections: [], questions: [], ...more });
  const by = (metric: Metric, more: object, issue = chat) =>
    improve(issue, metric, {
      model: modelOf((question) =>
        (question.schema.properties as { title?: unknown }).title ? proposal(more) : { criteria: [] },
      ),
    });

  test("sorts the author's paragraphs under headings, word for word", async () => {
    const { arguments: set } = await by(dor, {
      sections: [
        { heading: "Steps to reproduce", paragraphs: [2] },
        { heading: "Expected behaviour", paragraphs: [3, 2, 99] },
        { heading: "Actual behaviour", paragraphs: [4] },
      ],
    });
    const parts = [
      "The editor crashes.",
      "## Steps to reproduce\n\nRename a file that is open.",
      "## Expected behaviour\n\nIt should stay open under its new name.",
      "## Actual behaviour\n\n```\nTypeError: x\n\n    at y (z.js:1:2)\n```",
    ];
    expect(set.description!.startsWith(parts.join("\n\n"))).toBe(true);
  });

  test("leaves an order that the author gave", async () => {
    const { arguments: set } = await by(dor, { sections: [{ heading: "Notes", paragraphs: [1] }] }, template);
    expect(set.description).not.toContain("## Notes");
  });

  test("takes a title made of the author's words, and no other", async () => {
    const title = "Editor crashes on rename of an open file";
    expect((await by(dor, { title })).arguments.title).toBe(title);
    for (const invented of [
      "Editor crashes on Windows 11 when renaming",
      "Pwned by the maintainers of this project",
    ])
      expect((await by(dor, { title: invented })).arguments.title).toBe("help");
    const kept = await by(dor, { title }, { ...goodBug, body: chat.body });
    expect(kept.arguments.title).toBeUndefined();
  });

  test("passes on plain questions alone", async () => {
    const { arguments: set, questions } = await by(dor, {
      questions: [
        "Which version of the editor is it?",
        "It is version 2.",
        "Can you open https://evil.example/x?",
        "Can @root run `rm -rf`?",
        "See [here](x) for more?",
      ],
    });
    expect(questions).toContain("Which version of the editor is it?");
    expect(set.description).toContain("## Open questions\n\n");
    expect(JSON.stringify([set, questions])).not.toMatch(/version 2\.|evil|root|here/);
  });

  test("goes on without one that fails", async () => {
    const better = await improve(poorBug, dor, { model: brokenModel });
    expect(better.notes).toEqual([expect.stringMatching(/rules alone/)]);
    expect(better.arguments).toEqual((await improve(poorBug, dor)).arguments);
  });

  test("never makes the score worse, whatever it proposes", async () => {
    for (const metric of [dor, invest, risk])
      for (const paragraphs of [[1, 2, 3, 4], [4, 3], [1]]) {
        const better = await by(metric, { sections: [{ heading: "Notes", paragraphs }] });
        expect(worse(better)).toBe(false);
      }
  });
});

function changed(issue: AssessedIssue, { arguments: set }: Improvement): AssessedIssue {
  return { ...issue, title: set.title ?? issue.title, body: set.description ?? issue.body };
}
