import { describe, expect, test } from "vitest";
import { drain } from "../support/drain.ts";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("an issue of Jira %s", (kind) => {
  const isCloud = kind === "Cloud";

  test("is read in the words all trackers share", async () => {
    const { tracker, server } = await openJira(kind);
    const issue = await tracker.getIssue("app-1");
    expect(issue).toMatchObject({
      tracker: "work",
      project: "APP",
      key: "APP-1",
      url: `${server.url}/browse/APP-1`,
      title: "Login button does nothing on Safari",
      body: "Steps: open the login page, press the button.",
      isLossy: false,
      state: "open",
      status: "To Do",
      type: "Task",
      priority: "Medium",
      labels: ["bug"],
      assigneeName: "Bo",
      author: "Ana",
      commentCount: 2,
      links: [],
      createdAt: new Date("2026-02-01T09:00:00Z"),
    });
    expect(issue.assignee).toBe(isCloud ? server.state.people[1]!.accountId : "bo");
    expect(issue.rawBody).toContain("Steps");
    expect(await tracker.getIssue("APP-2")).toMatchObject({
      state: "closed",
      status: "Done",
      closedAt: expect.any(Date),
    });
  });

  test("reads an issue of a megabyte, with what nobody expected in it", async () => {
    const { tracker, server } = await openJira(kind, { isChecked: false });
    const line = "word ".repeat(200);
    const description = isCloud
      ? {
          version: 1,
          type: "doc",
          content: [
            {
              type: "hologram",
              content: [{ type: "paragraph", content: [{ type: "text", text: "inside" }] }],
            },
            ...Array.from({ length: 1_000 }, () => ({
              type: "paragraph",
              content: [{ type: "text", text: line }],
            })),
          ],
        }
      : `{hologram:x=1}inside{hologram}\n\n${`${line}\n\n`.repeat(1_000)}`;
    server.state.edit("APP-1", { description });
    const issue = await tracker.getIssue("APP-1");
    expect(issue.body.length).toBeGreaterThan(900_000);
    expect(issue.body).toContain("inside");
    expect(issue.isLossy).toBe(true);
  });

  test("takes a revoked token and an answer to a stranger for no empty project", async () => {
    const { tracker, server } = await openJira(kind);
    server.state.isStranger = true;
    const ids = () => tracker.listIds("APP")[Symbol.asyncIterator]().next();
    await expect(ids()).rejects.toMatchObject({ code: "tracker_refused" });
    server.state.isRevoked = true;
    for (const ask of [ids, () => drain(tracker, "APP"), () => tracker.getIssue("APP-1")])
      await expect(ask()).rejects.toMatchObject({
        code: "tracker_refused",
        message: expect.stringContaining("make a new one"),
      });
  });

  test("keeps its id where it moves, until it goes from there", async () => {
    const { tracker, server } = await openJira(kind);
    const issue = await tracker.getIssue("APP-1");
    server.state.move("APP-1", "OPS");
    expect(await tracker.getIssue("APP-1")).toMatchObject({ key: "OPS-1", id: issue.id });
    server.state.remove("OPS-1");
    expect(await tracker.resolveMissing(issue)).toEqual({ kind: "gone" });
  });
});
