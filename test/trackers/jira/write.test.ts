import { describe, expect, test } from "vitest";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("an issue of Jira %s", (kind) => {
  const isCloud = kind === "Cloud";

  test("is created with a draft's text as far as the deployment can say it, by one call", async () => {
    const { tracker, server } = await openJira(kind);
    const body = "# Why\n\n- [x] **done**\n- [ ] `a{b}`\n\n```js\n{code}\n```";
    const issue = await tracker.createIssue({ project: "APP", title: "New 🎉", body });
    expect(issue).toMatchObject({ key: "APP-3", title: "New 🎉", isLossy: false });
    expect(issue.body).toBe(isCloud ? body : "# Why\n\n- ☑ **done**\n- ☐ `a{b}`\n\n```\n{code}\n```");
    expect(
      server.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/issue")),
    ).toHaveLength(1);
  });

  test("is created bare with the project's first type", async () => {
    const { tracker } = await openJira(kind);
    const issue = await tracker.createIssue({ project: "APP", title: "Bare", body: "" });
    expect(issue).toMatchObject({ body: "", type: "Task", status: "To Do", labels: [] });
  });

  test("is not created with a type that the project lacks", async () => {
    const { tracker, server } = await openJira(kind);
    const call = tracker.createIssue({ project: "APP", title: "x", body: "", type: "Epic" });
    await expect(call).rejects.toMatchObject({
      code: "field_refused",
      data: { field: "type", possible: ["Sub-task", "Task", "Bug"] },
    });
    expect(server.state.issues.size).toBe(2);
  });

  test("has fields set and cleared, and the rest left alone", async () => {
    const { tracker, server } = await openJira(kind);
    const set = await tracker.updateIssue("APP-1", {
      title: "T",
      body: "B",
      labels: ["x"],
      priority: "Low",
      assignee: "Ana",
    });
    expect(set).toMatchObject({
      title: "T",
      body: "B",
      labels: ["x"],
      priority: "Low",
      assigneeName: "Ana",
      status: "To Do",
    });
    const cleared = await tracker.updateIssue("APP-1", {
      body: "",
      labels: [],
      assignee: null,
      priority: null,
    });
    expect(cleared).toMatchObject({ title: "T", body: "", labels: [] });
    expect(cleared.assignee).toBeUndefined();
    expect(cleared.priority).toBeUndefined();
    const before = server.requests.length;
    await tracker.updateIssue("APP-1", {});
    expect(server.requests.slice(before).every(({ method }) => method === "GET")).toBe(true);
  });

  test("keeps everything when one part of a change is impossible", async () => {
    const { tracker } = await openJira(kind);
    const call = tracker.updateIssue("APP-1", { title: "T", status: "In Review" });
    await expect(call).rejects.toMatchObject({ code: "field_refused" });
    expect((await tracker.getIssue("APP-1")).title).toBe("Login button does nothing on Safari");
  });

  test("a check refuses what a write would, and changes nothing", async () => {
    const { tracker, server } = await openJira(kind);
    const draft = { project: "APP", title: "T", body: "B" };
    const refused = (field: string) => ({ code: "field_refused", data: { field } });
    await expect(tracker.checkChange("APP-1", { status: "In Review" })).rejects.toMatchObject(
      refused("status"),
    );
    await expect(tracker.checkDraft({ ...draft, type: "Wish" })).rejects.toMatchObject(refused("type"));
    await tracker.checkChange("APP-1", { title: "T", status: "closed", labels: ["one"] });
    await tracker.checkDraft({ ...draft, labels: ["one"] });
    expect(server.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  test("keeps what Markdown cannot say, and is not rewritten where that would be lost", async () => {
    const { tracker, server } = await openJira(kind);
    const red = isCloud
      ? {
          version: 1,
          type: "doc",
          content: [
            {
              type: "paragraph",
              content: [
                { type: "text", text: "hot", marks: [{ type: "textColor", attrs: { color: "#ff0000" } }] },
              ],
            },
            { type: "paragraph", content: [{ type: "text", text: "plain" }] },
          ],
        }
      : "{color:red}hot{color}\n\nplain";
    server.state.edit("APP-1", { description: red });
    const issue = await tracker.getIssue("APP-1");
    expect(issue).toMatchObject({
      body: "hot\n\nplain",
      isLossy: true,
      rawBody: isCloud ? JSON.stringify(red) : red,
    });
    await tracker.updateIssue("APP-1", { title: "T", body: issue.body });
    expect(server.state.find("APP-1")!.description).toEqual(red);
    await expect(tracker.updateIssue("APP-1", { body: "cold\n\nplain" })).rejects.toMatchObject({
      code: "field_refused",
      message: expect.stringContaining("a text's colour at “"),
    });
    expect((await tracker.updateIssue("APP-1", { body: "hot\n\n**new**" })).body).toBe("hot\n\n**new**");
    expect(JSON.stringify(server.state.find("APP-1")!.description)).toMatch(/color/i);
  });

  test("tells that an issue was created when it cannot be read afterwards", async () => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({ method: "GET", path: /\/issue\/APP-3/, fault: { kind: "page" }, times: 9 });
    const call = tracker.createIssue({ project: "APP", title: "x", body: "" });
    await expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/^APP-3 was created/),
      data: { key: "APP-3", isDone: true },
    });
  });
});
