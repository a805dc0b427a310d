import { type AssessedIssue, type Assessment, openMetrics } from "#compliance";

export const metrics = openMetrics({ metrics: {} });
export const dor = metrics.find("DoR");
export const invest = metrics.find("INVEST");
export const risk = metrics.find("Risk");

/** A bug report that leaves little to ask. */
export const goodBug: AssessedIssue = {
  title: "Editor crashes when a file is renamed while it is open",
  body: [
    "Since 2.4.1 the editor goes away without a word.",
    "",
    "## Steps to reproduce",
    "",
    "1. Open any file of the project.",
    "2. Rename it in the side bar.",
    "3. Click into the text.",
    "",
    "## Expected behaviour",
    "",
    "The file stays open under its new name.",
    "",
    "## Actual behaviour",
    "",
    "The editor crashes, always, with this trace on macOS 14.2:",
    "",
    "```",
    "TypeError: path is undefined",
    "    at rename (editor.js:10:2)",
    "```",
    "",
  ].join("\n"),
  type: "Bug",
  priority: "High",
  labels: ["editor"],
};

/** One that leaves everything to ask. */
export const poorBug: AssessedIssue = { title: "App broken!!!", body: "it does not work", labels: [] };

/** A story with all that INVEST asks for. */
export const goodStory: AssessedIssue = {
  title: "Export the audit as CSV for a date range",
  body: [
    "As an auditor I want to export the records of a date range as CSV, so that I can hand them to the supervisory board.",
    "",
    "## Acceptance criteria",
    "",
    "- [ ] The page shows a button “Export” when a range of at most 31 days is chosen.",
    "- [ ] The file contains one line for each record and a header.",
    "",
  ].join("\n"),
  type: "Story",
  priority: "Medium",
  labels: ["audit"],
};

/** The verdict on one criterion. */
export function verdictOn({ criteria }: Pick<Assessment, "criteria">, id: string): string {
  return criteria.find((one) => one.id === id)!.verdict;
}

export function resultOn({ criteria }: Pick<Assessment, "criteria">, id: string) {
  return criteria.find((one) => one.id === id)!;
}
