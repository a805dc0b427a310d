import { expect, test } from "vitest";
import { openGitLab } from "../support/open.ts";

const draft = { project: "acme/app", title: "Dark mode", body: "Please. 🌚" };

test("issues are linked both ways, and what a link cannot say becomes a comment", async () => {
  const { tracker } = await openGitLab();
  const [one, two] = [await tracker.getIssue("acme/app#1"), await tracker.getIssue("acme/app#2")];
  await tracker.linkIssues(one.key, "blocks", two.key);
  await tracker.linkIssues(one.key, "blocks", two.key); // linked already
  expect((await tracker.getIssue(one.key)).links).toEqual([
    { kind: "blocks", target: two.key, targetId: two.id },
  ]);
  expect((await tracker.getIssue(two.key)).links).toEqual([
    { kind: "blocked_by", target: one.key, targetId: one.id },
  ]);
  const three = await tracker.createIssue(draft);
  await tracker.linkIssues(three.key, "duplicates", one.key);
  await tracker.linkIssues(three.key, "parent", "https://jira.acme.dev/browse/APP-1");
  expect((await tracker.getIssue(three.key)).links).toMatchObject([{ kind: "relates", target: one.key }]);
  expect((await tracker.getComments(three.key)).map(({ body }) => body)).toEqual([
    "Duplicate of acme/app#1",
    "Part of https://jira.acme.dev/browse/APP-1",
  ]);
  await expect(tracker.linkIssues(three.key, "relates", "acme/app#99")).rejects.toMatchObject({
    code: "issue_unknown",
  });
});

test("a link that a GitLab refuses for want of a licence becomes a comment", async () => {
  const { tracker, server } = await openGitLab();
  server.state.isPaid = false;
  await tracker.linkIssues("acme/app#2", "blocked_by", "acme/app#1");
  expect((await tracker.getComments("acme/app#2")).map(({ body }) => body)).toEqual([
    "Blocked by acme/app#1",
  ]);
});
