import { describe, expect, test } from "vitest";
import { type AssessedIssue, assess, openMetrics } from "#compliance";
import { COMPLIANCE_CHECKS, type ComplianceCheck } from "#config";
import { verdictOn } from "../support/issues.ts";

/** The verdict of one check on an issue. */
async function check(name: ComplianceCheck, issue: Partial<AssessedIssue>): Promise<string> {
  const metric = openMetrics({
    metrics: {
      One: { direction: "higher_is_better", criteria: [{ id: "one", title: "one", check: name, weight: 1 }] },
    },
  }).find("One");
  return verdictOn(
    await assess({ title: "A title of four words", body: "", labels: [], ...issue }, metric),
    "one",
  );
}

const CASES: [ComplianceCheck, string, Partial<AssessedIssue>][] = [
  ["title.specific", "pass", { title: "Editor crashes on rename of an open file" }],
  ["title.specific", "fail", { title: "It doesn't work" }],
  ["title.specific", "fail", { title: "" }],
  ["title.specific", "part", { title: "EDITOR CRASHES ON RENAME OF FILE" }],
  ["title.specific", "part", { title: "Editor crashes on rename of a file!!!" }],
  ["title.specific", "fail", { title: "Crash now!!!" }],
  ["body.present", "fail", { body: "" }],
  ["body.present", "fail", { body: `\`\`\`\n${"word ".repeat(50)}\n\`\`\`` }],
  ["body.present", "fail", { body: `> ${"quoted ".repeat(50)}` }],
  ["body.present", "fail", { body: `<!-- ${"hidden ".repeat(50)} -->` }],
  ["body.present", "part", { body: "Ten words are here and they say what goes wrong." }],
  ["body.present", "pass", { body: "Words that say what goes wrong and for whom. ".repeat(4) }],
  ["body.structured", "fail", { body: "It goes on and on without any rest for the reader, who gives up." }],
  [
    "body.structured",
    "pass",
    { body: "# Steps\n\nIt goes on with a heading that helps the reader to find things." },
  ],
  ["template.filled", "part", { body: "## What\n\nIt fails.\n\n## Version\n\nN/A\n\n## Why\n\nBecause." }],
  ["template.filled", "fail", { body: "## What\n\n<!-- describe it -->\n\n## Version\n\n_No response_\n" }],
  ["template.filled", "pass", { body: "## What\n\nIt fails.\n\n## Version\n\n1.2\n" }],
  ["template.filled", "not_applicable", { body: "No template at all." }],
  ["bug.steps", "pass", { body: "1. Open the app\n2. Click save\n3. Close it" }],
  ["bug.steps", "pass", { body: "### How to reproduce\n\nCall `save()` with an empty name." }],
  ["bug.steps", "pass", { body: "To reproduce, start the server and send it an empty request." }],
  ["bug.steps", "part", { body: "- Open the app\n- Click save" }],
  ["bug.steps", "fail", { body: "When I click save it hangs." }],
  ["bug.steps", "fail", { body: "```\n1. Open the app\n2. Click save\n```" }],
  ["bug.steps", "fail", { body: "## Steps to reproduce\n\n1.\n2.\n" }],
  ["bug.expected", "pass", { body: "Expected: a list. Got an empty page instead." }],
  ["bug.expected", "part", { body: "The page should show a list." }],
  ["bug.expected", "fail", { body: "We should talk about this page." }],
  ["bug.expected", "fail", { body: "`expected 3 got 4` is what it prints." }],
  ["bug.observed", "pass", { body: "The page stays blank." }],
  ["bug.observed", "fail", { body: "Look at the page." }],
  ["bug.evidence", "pass", { body: "```\nlet a = 1\n```" }],
  ["bug.evidence", "part", { body: `\`\`\`\n${"line\n".repeat(80)}\`\`\`` }],
  ["bug.evidence", "part", { body: "    at rename (editor.js:10:2)\n    at open (editor.js:20:2)" }],
  ["bug.evidence", "part", { body: "![screenshot](https://x.dev/a.png)" }],
  ["bug.evidence", "fail", { body: "See the attached file." }],
  ["bug.environment", "pass", { body: "It is Firefox 121 on Debian." }],
  ["bug.environment", "pass", { body: "Happens with version 2.4.1 only." }],
  ["bug.environment", "fail", { body: "It is Firefox on Debian, the newest version." }],
  ["bug.frequency", "pass", { body: "It happens sometimes." }],
  ["bug.frequency", "pass", { body: "It used to work." }],
  ["bug.frequency", "fail", { body: "It happens." }],
  ["story.wellformed", "pass", { body: "As an admin, I want to lock an account, so that nobody uses it." }],
  ["story.wellformed", "part", { body: "Users should be able to lock an account." }],
  ["story.wellformed", "part", { body: "As an admin I want this, and as a guest I want that." }],
  ["story.wellformed", "fail", { body: "Locked accounts." }],
  ["story.why", "pass", { body: "Lock accounts so that nobody uses them after a leak." }],
  ["story.why", "fail", { body: "Lock accounts." }],
  ["story.atomic", "pass", { body: "As an admin I want to lock an account, so that I can sleep and eat." }],
  ["story.atomic", "part", { body: "As an admin I want to lock accounts and delete their data." }],
  ["story.minimal", "part", { body: "As an admin I want a `lock_user` column, so that it is quick." }],
  ["story.minimal", "pass", { body: "As an admin I want to lock an account, so that nobody uses it." }],
  ["story.unambiguous", "pass", { body: "The answer comes within 2 seconds." }],
  ["story.unambiguous", "part", { body: "The answer comes quickly." }],
  ["story.unambiguous", "fail", { body: "Fast, simple, robust, user-friendly pages." }],
  ["story.acceptance", "pass", { body: "- [ ] It shows 3 rows\n- [x] It shows a header" }],
  ["story.acceptance", "pass", { body: "Given a user\nWhen they log in\nThen the page shows their name" }],
  ["story.acceptance", "pass", { body: "**Definition of done:**\n\nThe page shows a name." }],
  ["story.acceptance", "part", { body: "- rows\n- columns\n- cells" }],
  ["story.acceptance", "fail", { body: "Make it good." }],
  ["story.testable", "pass", { body: "- [ ] The page shows 3 rows\n- [ ] The file is deleted" }],
  ["story.testable", "fail", { body: "- [ ] wow\n- [ ] much joy" }],
  ["story.testable", "not_applicable", { body: "Nothing here." }],
  ["story.small", "pass", { body: "One button." }],
  ["story.small", "part", { body: "Redesign of the settings." }],
  ["story.small", "fail", { body: `Rewrite everything. ${"Words go on. ".repeat(150)}` }],
  ["story.independent", "pass", { body: "It stands alone." }],
  ["story.independent", "part", { body: "It is blocked by #12." }],
  ["story.independent", "fail", { body: "It depends on the other team." }],
  [
    "task.outcome",
    "pass",
    { title: "Remove the old parser", body: "Afterwards the build should have one parser." },
  ],
  ["task.outcome", "part", { title: "Remove the old parser", body: "It is old." }],
  ["task.outcome", "fail", { title: "The old parser again", body: "It is old." }],
  ["meta.type", "pass", { labels: ["kind/bug"] }],
  ["meta.type", "fail", {}],
  ["meta.labels", "fail", {}],
  ["meta.priority", "not_applicable", {}],
  ["meta.priority", "fail", { type: "Bug" }],
  ["meta.priority", "pass", { labels: ["P1"] }],
  ["links.resolve", "fail", { body: "See [here]()." }],
  ["links.resolve", "fail", { body: "See http:/example.com" }],
  ["links.resolve", "pass", { body: "See https://example.com/a" }],
  ["links.resolve", "not_applicable", { body: "See nothing." }],
  ["hygiene.personal", "part", { body: "Ask ana.lopez@acme.dev about it." }],
  ["hygiene.personal", "pass", { body: "git@github.com:a/b.git and user@example.com" }],
  ["hygiene.raw", "fail", { body: "Look:\n```\nnever closed" }],
  ["hygiene.raw", "part", { body: "[INFO] a\n[INFO] b\n[INFO] c\n[INFO] d\n[INFO] e" }],
  ["hygiene.raw", "pass", { body: "```\n[INFO] a\n[INFO] b\n[INFO] c\n[INFO] d\n[INFO] e\n```" }],
  ["risk.security", "fail", { title: "Reset of passwords by e-mail" }],
  ["risk.security", "part", { body: "The page shows who has access control." }],
  ["risk.security", "pass", { body: "The page shows a list." }],
  ["risk.data", "fail", { body: "A migration and a backfill of all rows." }],
  ["risk.money", "fail", { title: "Refunds are rounded" }],
  ["risk.production", "part", { body: "Seen in production." }],
  ["risk.breaking", "part", { body: "It is a breaking change." }],
  ["risk.dependency", "part", { body: "The vendor promised it." }],
  ["risk.concurrency", "part", { body: "Looks like a race condition." }],
  ["risk.unknowns", "fail", { body: "Not sure, maybe the cache." }],
  ["risk.way-back", "fail", { body: "Run the migration." }],
  ["risk.way-back", "pass", { body: "Run the migration; the backup is restored if it fails." }],
  ["risk.way-back", "not_applicable", { body: "Paint the button." }],
  ["title.unique", "not_assessed", {}],
  ["hygiene.secrets", "fail", { body: "curl -H 'Authorization: Bearer abc123def456ghi789'" }],
  [
    "hygiene.secrets",
    "fail",
    { body: "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----" },
  ],
  ["hygiene.secrets", "pass", { body: "password: wrong\ntoken: <your token>\nAuthorization: Bearer token" }],
];

describe("a rule", () => {
  test.for(CASES)("%s says %s", async ([name, verdict, issue]) => {
    expect(await check(name, issue)).toBe(verdict);
  });

  test("of every name is tried above", () => {
    expect([...new Set(CASES.map(([name]) => name))].sort()).toEqual([...COMPLIANCE_CHECKS].sort());
  });
});
