import { describe, expect, test } from "vitest";
import { type AssessedIssue, assess } from "#compliance";
import { dor } from "./support/issues.ts";

describe("the kind of an issue", () => {
  test.for<[string, Partial<AssessedIssue>]>([
    ["bug", { type: "Bug" }],
    ["bug", { type: "incident" }],
    ["story", { type: "New Feature" }],
    ["task", { type: "Sub-task" }],
    ["bug", { labels: ["documentation", "kind/bug"] }],
    ["story", { labels: ["type: enhancement"] }],
    ["story", { body: "As a user I want cake." }],
    ["bug", { body: "The app crashes." }],
    ["task", { body: "Bump the version." }],
    ["task", { type: "Task", body: "The app crashes." }],
  ])("is %s for %j", async ([kind, issue]) => {
    expect((await assess({ title: "Something here", body: "", ...issue }, dor)).kind).toBe(kind);
  });
});
