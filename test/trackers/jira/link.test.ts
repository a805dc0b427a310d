import { describe, expect, test } from "vitest";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("an issue of Jira %s", (kind) => {
  test("gets comments and links, seen from both ends", async () => {
    const { tracker } = await openJira(kind);
    const comment = await tracker.addComment("APP-1", "**look** at `x`");
    expect(comment).toMatchObject({ author: "Ana", body: "**look** at `x`", id: expect.any(String) });
    await tracker.linkIssues("APP-1", "duplicates", "APP-2");
    await tracker.linkIssues("APP-1", "blocked_by", "APP-2");
    await tracker.linkIssues("APP-1", "relates", "APP-2");
    expect((await tracker.getIssue("APP-1")).links.map(({ kind, target }) => [kind, target])).toEqual([
      ["duplicates", "APP-2"],
      ["blocked_by", "APP-2"],
      ["relates", "APP-2"],
    ]);
    expect((await tracker.getIssue("APP-2")).links.map((link) => link.kind)).toEqual([
      "duplicated_by",
      "blocks",
      "relates",
    ]);
  });

  test("says in a comment what no link can say", async () => {
    const { tracker } = await openJira(kind);
    await tracker.linkIssues("APP-1", "parent", "APP-2");
    await tracker.linkIssues("APP-1", "relates", "acme/app#7");
    expect((await tracker.getComments("APP-1")).slice(2).map(({ body }) => body)).toEqual([
      "Part of APP-2",
      "Related to acme/app#7",
    ]);
  });

  test("never sends a comment, a link or a step twice", async () => {
    const { tracker, server } = await openJira(kind);
    const paths = /\/comment$|\/issueLink$|\/transitions$/;
    for (const call of [
      () => tracker.addComment("APP-1", "x"),
      () => tracker.linkIssues("APP-1", "blocks", "APP-2"),
      () => tracker.updateIssue("APP-1", { status: "closed" }),
    ]) {
      server.faults.add({ method: "POST", path: paths, fault: { kind: "lost", status: 503 } });
      await expect(call()).rejects.toMatchObject({ code: "tracker_failed" });
    }
    expect(server.requests.filter(({ method, path }) => method === "POST" && paths.test(path))).toHaveLength(
      3,
    );
  });
});
