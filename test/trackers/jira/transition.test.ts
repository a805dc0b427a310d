import { describe, expect, test } from "vitest";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("an issue of Jira %s", (kind) => {
  test("is created, and told so, when its status cannot be reached", async () => {
    const { tracker, server } = await openJira(kind);
    const call = tracker.createIssue({ project: "APP", title: "x", body: "", status: "In Review" });
    await expect(call).rejects.toMatchObject({
      code: "field_refused",
      message: expect.stringMatching(
        /^APP-3 was created, and then: .*possible: In Progress, Done; do not repeat/,
      ),
      data: { key: "APP-3", isDone: true, possible: ["In Progress", "Done"] },
    });
    expect(server.state.issues.size).toBe(3);
  });

  test("goes to a status by its name, by a step's name, and by open and closed", async () => {
    const { tracker } = await openJira(kind);
    const go = async (status: string) => (await tracker.updateIssue("APP-1", { status })).status;
    expect(await go("open")).toBe("To Do");
    expect(await go("in progress")).toBe("In Progress");
    expect(await go("Ask for review")).toBe("In Review");
    expect(await go("closed")).toBe("Done");
    expect(await go("closed")).toBe("Done");
    await expect(go("In Progress")).rejects.toMatchObject({
      code: "field_refused",
      data: { field: "status", possible: ["To Do"] },
    });
    expect(await go("open")).toBe("To Do");
  });

  test("goes to statuses that are called Open and Closed, though it is open or closed already", async () => {
    const { tracker, server } = await openJira(kind);
    const go = async (status: string) => (await tracker.updateIssue("APP-1", { status })).status;
    server.state.edit("APP-1", { status: "Resolved", resolved: server.state.now() });
    expect(await go("closed")).toBe("Closed");
    expect(await go("closed")).toBe("Closed");
    server.state.edit("APP-1", { status: "In Review", resolved: null });
    expect(await go("Open")).toBe("Open");
  });
});
