import { expect, test } from "vitest";
import { idsOf } from "../support/drain.ts";
import { openGitHub } from "../support/open.ts";

test("what is not there is told apart: an issue that was deleted, and a pull request", async () => {
  const { tracker, server } = await openGitHub();
  server.state.addIssue("acme/app", { title: "A fix", isPullRequest: true });
  server.state.remove("acme/app", 2);
  const unknown = (words: string) => ({ code: "issue_unknown", message: expect.stringContaining(words) });
  await expect(tracker.getIssue("acme/app#99")).rejects.toMatchObject(unknown("does not exist"));
  await expect(tracker.getIssue("acme/app#2")).rejects.toMatchObject(unknown("was deleted"));
  await expect(tracker.updateIssue("acme/app#2", { title: "x" })).rejects.toMatchObject(
    unknown("was deleted"),
  );
  await expect(tracker.getIssue("acme/app#3")).rejects.toMatchObject(unknown("pull request"));
});

test("a renamed repository still answers to its name in the config", async () => {
  const { tracker, server } = await openGitHub();
  const before = await tracker.getIssue("acme/app#1");
  server.state.rename("acme/app", "acme/application");
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({ key: "acme/app#1", id: before.id });
  expect(await tracker.resolveMissing(before)).toMatchObject({ kind: "there" });
  expect(await tracker.updateIssue("acme/app#1", { title: "New" })).toMatchObject({
    key: "acme/app#1",
    title: "New",
  });
  expect(await idsOf(tracker, "acme/app")).toHaveLength(2);
});
