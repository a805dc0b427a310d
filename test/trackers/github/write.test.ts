import { expect, test } from "vitest";
import { openGitHub } from "../support/open.ts";

test("closing an issue without a reason completes it, and opening it again takes the reason away", async () => {
  const { tracker } = await openGitHub();
  const { status } = await tracker.updateIssue("acme/app#1", { status: "closed" });
  expect(status).toBe("completed");
  expect((await tracker.updateIssue("acme/app#1", { status: "open" })).status).toBe("open");
});

test("a comment is added, a relation becomes one, and a closed duplicate says so in its reason", async () => {
  const { tracker } = await openGitHub();
  const comment = await tracker.addComment("acme/app#2", "Done in 1.2 ✅");
  expect(comment).toMatchObject({ body: "Done in 1.2 ✅", author: "ana" });
  await tracker.linkIssues("acme/app#2", "duplicates", "acme/app#1");
  await tracker.linkIssues("acme/app#1", "blocks", "acme/app#2");
  expect((await tracker.getComments("acme/app#2")).at(-1)?.body).toBe("Duplicate of acme/app#1");
  expect((await tracker.getComments("acme/app#1")).at(-1)?.body).toBe("Blocks acme/app#2");
  expect(await tracker.getIssue("acme/app#2")).toMatchObject({ status: "duplicate" });
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({ state: "open" });
});

test("a project whose issues are turned off is named", async () => {
  const { tracker, server } = await openGitHub();
  server.state.repos.get("acme/app")!.hasIssues = false;
  await expect(tracker.createIssue({ project: "acme/app", title: "x", body: "" })).rejects.toMatchObject({
    code: "tracker_refused",
    data: { project: "acme/app" },
  });
});
