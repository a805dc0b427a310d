import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTracker } from "#trackers";
import { DEPLOYMENTS, openJira } from "./support.ts";

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

  test("has its comments, oldest first", async () => {
    const { tracker } = await openJira(kind);
    const comments = await tracker.getComments("APP-1");
    expect(comments.map(({ author, body }) => [author, body])).toEqual([
      ["Bo", "Seen on 17.2, too."],
      ["Cleo", "שלום 👋🏽"],
    ]);
  });

  test("that is not there is unknown by its key", async () => {
    const { tracker } = await openJira(kind);
    for (const ask of [
      () => tracker.getIssue("APP-99"),
      () => tracker.getComments("APP-99"),
      () => tracker.updateIssue("APP-99", { title: "x" }),
      () => tracker.addComment("APP-99", "x"),
      () => tracker.linkIssues("APP-99", "blocks", "APP-1"),
      () => tracker.getIssue("no key"),
    ])
      await expect(ask()).rejects.toMatchObject({ code: "issue_unknown" });
  });

  test("is created with all that a draft can say", async () => {
    const { tracker, server } = await openJira(kind);
    const body = "# Why\n\n- [x] **done**\n- [ ] `a{b}`\n\n```js\n{code}\n```";
    const issue = await tracker.createIssue({
      project: "APP",
      title: "New 🎉",
      body,
      labels: ["a", "b"],
      assignee: "cleo@example.com",
      priority: "high",
      type: "bug",
      status: "In Progress",
    });
    expect(issue).toMatchObject({
      key: "APP-3",
      title: "New 🎉",
      labels: ["a", "b"],
      assigneeName: "Cleo",
      priority: "High",
      type: "Bug",
      status: "In Progress",
      isLossy: false,
    });
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

  test.for([
    ["a type", { type: "Epic" }, "type", ["Sub-task", "Task", "Bug"]],
    ["a priority", { priority: "Urgent" }, "priority", ["Highest", "High", "Medium", "Low", "Lowest"]],
    ["a label", { labels: ["two words"] }, "labels", undefined],
    ["an assignee", { assignee: "nobody" }, "assignee", undefined],
  ] as const)("is not created with %s that Jira cannot hold", async ([, draft, field, possible]) => {
    const { tracker, server } = await openJira(kind);
    const call = tracker.createIssue({ project: "APP", title: "x", body: "", ...draft });
    await expect(call).rejects.toMatchObject({
      code: "field_refused",
      data: { field, ...(possible && { possible }) },
    });
    expect(server.state.issues.size).toBe(2);
  });

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

  test("keeps everything when one part of a change is impossible", async () => {
    const { tracker } = await openJira(kind);
    const call = tracker.updateIssue("APP-1", { title: "T", status: "In Review" });
    await expect(call).rejects.toMatchObject({ code: "field_refused" });
    expect((await tracker.getIssue("APP-1")).title).toBe("Login button does nothing on Safari");
  });

  test("a check refuses what a write would, and changes nothing", async () => {
    const { tracker, server } = await openJira(kind);
    const bad = [
      ["status", { status: "In Review" }],
      ["priority", { priority: "Sky-high" }],
      ["assignee", { assignee: "nobody" }],
      ["labels", { labels: ["two words"] }],
    ] as const;
    const draft = { project: "APP", title: "T", body: "B" };
    for (const [field, change] of bad) {
      const refused = { code: "field_refused", data: { field } };
      await expect(tracker.checkChange("APP-1", change)).rejects.toMatchObject(refused);
      if (field !== "status")
        await expect(tracker.checkDraft({ ...draft, ...change })).rejects.toMatchObject(refused);
    }
    await expect(tracker.checkDraft({ ...draft, type: "Wish" })).rejects.toMatchObject({
      data: { field: "type" },
    });
    await tracker.checkChange("APP-1", { title: "T", status: "closed", labels: ["one"] });
    await tracker.checkDraft({ ...draft, labels: ["one"] });
    expect(server.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  test("is refused by field when Jira refuses it", async () => {
    const { tracker } = await openJira(kind);
    const call = tracker.updateIssue("APP-1", { title: "x".repeat(300) });
    await expect(call).rejects.toMatchObject({ code: "field_refused", data: { field: "title" } });
    const long = tracker.updateIssue("APP-1", { body: "long ".repeat(40_000) });
    await expect(long).rejects.toMatchObject({ code: "field_refused", data: { field: "description" } });
  });

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

  test("moves, goes, and is found out", async () => {
    const { tracker, server } = await openJira(kind);
    const issue = await tracker.getIssue("APP-1");
    expect(await tracker.resolveMissing(issue)).toMatchObject({ kind: "there", issue: { key: "APP-1" } });
    server.state.move("APP-1", "OPS");
    expect(await tracker.resolveMissing(issue)).toEqual({
      kind: "moved",
      to: "OPS-1",
      url: `${server.url}/browse/OPS-1`,
    });
    expect(await tracker.getIssue("APP-1")).toMatchObject({ key: "OPS-1", project: "OPS", id: issue.id });
    server.state.remove("OPS-1");
    expect(await tracker.resolveMissing(issue)).toEqual({ kind: "gone" });
  });

  test("is meant by its key and by its addresses", async () => {
    const { tracker, server } = await openJira(kind);
    for (const [identifier, key] of [
      [" app-1 ", "APP-1"],
      ["A_B2-17", "A_B2-17"],
      [`${server.url}/browse/APP-7?focusedId=1#x`, "APP-7"],
      [`${server.url}/projects/APP/issues/APP-7`, "APP-7"],
      [`${server.url}/secure/RapidBoard.jspa?rapidView=1&selectedIssue=APP-7`, "APP-7"],
      ["https://elsewhere.dev/browse/APP-7", undefined],
      [`${server.url}/browse/`, undefined],
      ["acme/app#7", undefined],
      ["APP", undefined],
      ["-1", undefined],
      ["https://[", undefined],
    ] as const)
      expect(tracker.readKey(identifier), identifier).toBe(key);
  });
});

test("a token without an email is Data Center's, at the site's own path", async () => {
  const { tracker, server } = await openJira("Data Center");
  expect(server.url).toMatch(/\/jira$/);
  expect(await tracker.getIssue("APP-1")).toMatchObject({ key: "APP-1" });
  expect(server.requests[0]!.path).toBe("/api/2/issue/APP-1");
  expect(server.requests[0]!.headers.authorization).toMatch(/^Bearer /);
});

test.for([
  ["cloud", undefined, "/api/3/", /^Bearer /],
  ["server", "ana", "/api/2/", /^Basic /],
  [undefined, "ana@acme.dev", "/api/3/", /^Basic /],
] as const)("deployment %s with the email %s speaks %s", async ([deployment, email, path, authorization]) => {
  const asked: { path: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization! });
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const tracker = await createTracker("work", {
    type: "jira",
    url: `http://127.0.0.1:${port}/site/`,
    token: "t",
    projects: ["APP"],
    ...(deployment ? { deployment } : {}),
    ...(email ? { email } : {}),
  });
  await expect(tracker.getIssue("APP-1")).rejects.toMatchObject({ code: "issue_unknown" });
  expect(asked[0]!.path).toContain(`/site/rest${path}issue/APP-1?fields=summary%2C`);
  expect(asked[0]!.authorization).toMatch(authorization);
  tracker.close();
});
