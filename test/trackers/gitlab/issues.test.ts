import { expect, test } from "vitest";
import { SMALL_SEED } from "../servers/seed.ts";
import { loadContract } from "../support/contracts.ts";
import { idsOf } from "../support/drain.ts";
import { openGitLab } from "./support.ts";

const draft = { project: "acme/app", title: "Dark mode", body: "Please. 🌚" };

test.skipIf(!loadContract("gitlab"))(
  "GitLab's description is here, and every exchange is held against it",
  async () => {
    const { tracker, server } = await openGitLab();
    await tracker.getIssue("acme/app#1");
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.violations).toEqual([]);
  },
);

test("an issue comes with everything GitLab says of it", async () => {
  const { tracker, server } = await openGitLab();
  expect(await tracker.getIssue("acme/app#1")).toEqual({
    tracker: "lab",
    project: "acme/app",
    id: expect.stringMatching(/^\d+$/),
    key: "acme/app#1",
    url: `${server.origin}/acme/app/-/issues/1`,
    title: "Login button does nothing on Safari",
    body: SMALL_SEED.projects["acme/app"]![0]!.body,
    isLossy: false,
    state: "open",
    status: "opened",
    type: "issue",
    labels: ["bug", "priority: high"],
    assignee: "bo",
    assigneeName: "Bo",
    author: "ana",
    createdAt: new Date("2026-02-01T09:00:00Z"),
    updatedAt: new Date("2026-02-03T10:00:00Z"),
    commentCount: 2,
    links: [],
  });
  expect(await tracker.getIssue("ACME/App#2")).toMatchObject({
    key: "acme/app#2",
    state: "closed",
    status: "closed",
  });
});

test("comments come oldest first without GitLab's own remarks, five thousand of them too", async () => {
  const { tracker, server } = await openGitLab();
  for (let i = 0; i < 5_000; i++) {
    const createdAt = new Date(Date.UTC(2026, 1, 5, 0, 0, i));
    server.state.addNote("acme/app", 2, { body: `${i}`, createdAt });
    if (i % 100 === 0)
      server.state.addNote("acme/app", 2, { body: "changed the title", createdAt, isSystem: true });
  }
  const comments = await tracker.getComments("acme/app#2");
  expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 5_000 }, (_, i) => `${i}`));
  expect((await tracker.getComments("acme/app#1"))[1]).toMatchObject({
    author: "cleo",
    body: "שלום 👋🏽 \u202eabc",
  });
});

test("an issue is created with all a draft names, and is found again", async () => {
  const { tracker } = await openGitLab();
  const more = { labels: ["ux", "a b"], assignee: "@cleo", type: "Test case", status: "closed" };
  const issue = await tracker.createIssue({ ...draft, ...more });
  expect(issue).toMatchObject({
    key: "acme/app#3",
    labels: ["ux", "a b"],
    assignee: "cleo",
    type: "test_case",
    state: "closed",
    body: draft.body,
  });
  expect(await tracker.getIssue("acme/app#3")).toEqual(issue);
});

test("an update sets what it names and leaves the rest; null clears", async () => {
  const { tracker } = await openGitLab();
  const before = await tracker.getIssue("acme/app#1");
  const closed = await tracker.updateIssue("acme/app#1", {
    status: "closed",
    assignee: null,
    priority: null,
  });
  expect(closed).toMatchObject({
    state: "closed",
    title: before.title,
    body: before.body,
    labels: before.labels,
  });
  expect(closed.assignee).toBeUndefined();
  const again = await tracker.updateIssue("acme/app#1", {
    status: "open",
    labels: [],
    assignee: "ana",
    title: "T",
    body: "",
  });
  expect(again).toMatchObject({ state: "open", labels: [], assignee: "ana", title: "T", body: "" });
  expect(await tracker.updateIssue("acme/app#1", { priority: null })).toEqual(again);
});

test.for([
  ["priority", { priority: "high" }, "label"],
  ["status", { status: "In Review" }, "possible: open, closed"],
  ["assignee", { assignee: "nobody" }, 'nobody there is called "nobody"'],
  ["title", { title: "x".repeat(256) }, "title is too long"],
  ["labels", { labels: ["a,b"] }, "commas"],
] as const)(
  "%s that GitLab cannot hold is refused by name, and nothing is changed",
  async ([field, change, words]) => {
    const { tracker, server } = await openGitLab();
    const before = await tracker.getIssue("acme/app#1");
    await expect(tracker.updateIssue("acme/app#1", change)).rejects.toMatchObject({
      code: "field_refused",
      message: expect.stringContaining(field),
      data: { field },
    });
    await expect(tracker.createIssue({ ...draft, ...change })).rejects.toThrow(words);
    // A title's length is GitLab's own to judge, when it is sent.
    if (field !== "title") {
      const refused = { code: "field_refused", data: { field } };
      await expect(tracker.checkChange("acme/app#1", change)).rejects.toMatchObject(refused);
      await expect(tracker.checkDraft({ ...draft, ...change })).rejects.toMatchObject(refused);
    }
    await tracker.checkChange("acme/app#1", { title: "T", status: "closed", assignee: "ana" });
    await tracker.checkDraft({ ...draft, status: "closed" });
    expect(await tracker.getIssue("acme/app#1")).toEqual(before);
    expect(server.state.projects.get("acme/app")!.issues.size).toBe(2);
  },
);

test("what GitLab drops because the token may not set it is told, with what was done", async () => {
  const { tracker, server } = await openGitLab();
  server.state.mayPlan = false;
  await expect(tracker.createIssue({ ...draft, labels: ["ux"], assignee: "ana" })).rejects.toMatchObject({
    code: "field_refused",
    message: expect.stringContaining("acme/app#3 was created, but lab did not set labels and assignee"),
    data: { key: "acme/app#3", isDone: true },
  });
});

test("a text is never taken for a command", async () => {
  const { tracker } = await openGitLab();
  const body = "Steps:\n/close\n\n```\n/close is shown\n```\n\n/usr/bin/node fails";
  const issue = await tracker.createIssue({ ...draft, body });
  const comment = await tracker.addComment(issue.key, "/close");
  await tracker.updateIssue(issue.key, { body: `${body}\n/close` });
  const after = await tracker.getIssue(issue.key);
  expect(after.state).toBe("open");
  expect(after.body).toBe("Steps:\n\\/close\n\n```\n/close is shown\n```\n\n/usr/bin/node fails\n\\/close");
  expect(comment.body).toBe("\\/close");
});

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

test("an issue closed as a duplicate says of which", async () => {
  const { tracker, server } = await openGitLab();
  const { issues } = server.state.projects.get("acme/app")!;
  issues.get(2)!.duplicateOf = issues.get(1)!;
  expect((await tracker.getIssue("acme/app#2")).links).toEqual([
    { kind: "duplicates", target: "acme/app#1" },
  ]);
});

test("what is not there is unknown", async () => {
  const { tracker, server } = await openGitLab();
  server.state.remove("acme/app", 2);
  const unknown = { code: "issue_unknown", message: expect.stringContaining("acme/app#2") };
  await expect(tracker.getIssue("acme/app#2")).rejects.toMatchObject(unknown);
  await expect(tracker.getComments("acme/app#2")).rejects.toMatchObject(unknown);
  await expect(tracker.updateIssue("acme/app#2", { title: "x" })).rejects.toMatchObject(unknown);
  await expect(tracker.addComment("acme/app#2", "x")).rejects.toMatchObject(unknown);
  await expect(tracker.getIssue("APP-3")).rejects.toMatchObject({ code: "issue_unknown" });
});

test.for(["acme/web", "other/group/web"])(
  "an issue moved to %s is found there, and its fate is told",
  async (home) => {
    const { tracker, server } = await openGitLab();
    const issue = await tracker.getIssue("acme/app#1");
    server.state.addIssue(home, { title: "Another" });
    server.state.move("acme/app", 1, home);
    expect(await tracker.getIssue("acme/app#1")).toMatchObject({
      key: `${home}#2`,
      project: home,
      title: issue.title,
    });
    const fate = await tracker.resolveMissing(issue);
    expect(fate).toEqual({ kind: "moved", to: `${home}#2`, url: `${server.origin}/${home}/-/issues/2` });
    expect(await idsOf(tracker, "acme/app")).toHaveLength(1);
  },
);

test("an issue's fate: there, deleted, moved out of sight, or behind a door", async () => {
  const { tracker, server } = await openGitLab();
  const [one, two] = [await tracker.getIssue("acme/app#1"), await tracker.getIssue("acme/app#2")];
  expect(await tracker.resolveMissing(one)).toEqual({ kind: "there", issue: one });
  server.state.remove("acme/app", 2);
  expect(await tracker.resolveMissing(two)).toEqual({ kind: "gone" });
  server.state.move("acme/app", 1, "secret/place");
  server.state.projects.delete("secret/place");
  expect(await tracker.resolveMissing(one)).toEqual({ kind: "gone" });
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({ key: "acme/app#1", state: "closed" });
  server.state.projects.delete("acme/app");
  expect(await tracker.resolveMissing(one)).toEqual({ kind: "gone" });
});

test.for([
  ["acme/app#7", "acme/app#7"],
  ["ACME/App#7", "acme/app#7"],
  ["group/sub/name#7", "group/sub/name#7"],
  ["#7", "acme/app#7"],
  ["ORIGIN/git/acme/app/-/issues/7#note_1", "acme/app#7"],
  ["ORIGIN/git/group/sub/name/-/work_items/7", "group/sub/name#7"],
  ["ORIGIN/git/acme/app/issues/7", "acme/app#7"],
  ["ORIGIN/acme/app/-/issues/7", undefined],
  ["ORIGIN/git/acme/app/-/merge_requests/7", undefined],
  ["https://gitlab.com/acme/app/-/issues/7", undefined],
  ["APP-7", undefined],
] as const)("%s means %s here", async ([identifier, key]) => {
  const { tracker, server } = await openGitLab({ path: "/git" });
  expect(tracker.readKey(identifier.replace("ORIGIN", server.origin))).toBe(key);
});

test("a GitLab below its host's root is spoken to with an OAuth token", async () => {
  const { server } = await openGitLab({ path: "/git" });
  const config = { url: server.url, token: undefined, oauthToken: server.oauthToken };
  const { tracker } = await openGitLab({}, { config });
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({
    url: `${server.origin}/git/acme/app/-/issues/1`,
  });
});
