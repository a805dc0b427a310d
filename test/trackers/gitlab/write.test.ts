import { expect, test } from "vitest";
import { openGitLab } from "../support/open.ts";

const draft = { project: "acme/app", title: "Dark mode", body: "Please. 🌚" };

test("a priority of null changes nothing, for there is none", async () => {
  const { tracker } = await openGitLab();
  const before = await tracker.getIssue("acme/app#1");
  expect(await tracker.updateIssue("acme/app#1", { priority: null })).toEqual(before);
});

test("a text is never taken for a command", async () => {
  const { tracker } = await openGitLab();
  const body = "Steps:\n/close\n\n```\n/close is shown\n```\n\n/usr/bin/node fails";
  const issue = await tracker.createIssue({ ...draft, body });
  const comment = await tracker.addComment(issue.key, "/close");
  await tracker.updateIssue(issue.key, { body: `${body}\n/close` });
  const after = await tracker.getIssue(issue.key);
  expect(after.state).toBe("open");
  expect(after.body).toBe("Steps:\n\\/close\n\n```\n/close is shown\n```\n\n/usr/bin/node fails\n\\/close");
  expect(comment.body).toBe("\\/close");
});
