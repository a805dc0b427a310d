import { describe, expect, test } from "vitest";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("the fields of Jira %s", (kind) => {
  const isCloud = kind === "Cloud";

  test("is assigned by name, display name, e-mail or id, and never to one of several", async () => {
    const { tracker, server } = await openJira(kind);
    server.state.people.push({
      name: "bob",
      accountId: "5b10a2844c20165700ede21f",
      displayName: "Bob",
      email: "bob@example.com",
    });
    const id = isCloud ? "5b10a2844c20165700ede21f" : "bob";
    for (const assignee of [id, "Bob", "bob@example.com", "@bob"])
      expect((await tracker.updateIssue("APP-1", { assignee })).assigneeName).toBe("Bob");
    server.state.people.push({
      name: "bobby",
      accountId: "5b10a2844c20165700ede21a",
      displayName: "Bob",
      email: "bobby@example.com",
    });
    const call = tracker.updateIssue("APP-1", { assignee: "b" });
    await expect(call).rejects.toMatchObject({
      code: "field_refused",
      data: { field: "assignee", possible: [expect.any(String), expect.any(String), expect.any(String)] },
    });
  });
});
