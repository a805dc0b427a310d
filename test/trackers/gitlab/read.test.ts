import { expect, test } from "vitest";
import { openGitLab } from "../support/open.ts";

test("GitLab's own remarks are no comments", async () => {
  const { tracker, server } = await openGitLab();
  for (let i = 0; i < 250; i++) {
    const createdAt = new Date(Date.UTC(2026, 1, 5, 0, 0, i));
    server.state.addNote("acme/app", 2, { body: `${i}`, createdAt });
    if (i % 50 === 0)
      server.state.addNote("acme/app", 2, { body: "changed the title", createdAt, isSystem: true });
  }
  const comments = await tracker.getComments("acme/app#2");
  expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 250 }, (_, i) => `${i}`));
});

test("an issue closed as a duplicate says of which", async () => {
  const { tracker, server } = await openGitLab();
  const { issues } = server.state.projects.get("acme/app")!;
  issues.get(2)!.duplicateOf = issues.get(1)!;
  expect((await tracker.getIssue("acme/app#2")).links).toEqual([
    { kind: "duplicates", target: "acme/app#1" },
  ]);
});

test("an issue that was moved out of sight counts as gone, and is still read as it was left", async () => {
  const { tracker, server } = await openGitLab();
  const issue = await tracker.getIssue("acme/app#1");
  server.state.move("acme/app", 1, "secret/place");
  server.state.projects.delete("secret/place");
  expect(await tracker.resolveMissing(issue)).toEqual({ kind: "gone" });
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({ key: "acme/app#1", state: "closed" });
});
