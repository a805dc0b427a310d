import { expect, test } from "vitest";
import { SMALL_SEED } from "../servers/seed.ts";
import { idsOf } from "../support/drain.ts";
import { openGitHub } from "./support.ts";

const draft = { project: "acme/app", title: "Dark mode", body: "Please. 🌚" };

test("an issue comes with everything GitHub says of it", async () => {
  const { tracker, server } = await openGitHub();
  expect(await tracker.getIssue("acme/app#1")).toEqual({
    tracker: "gh",
    project: "acme/app",
    id: expect.stringMatching(/^\d+$/),
    key: "acme/app#1",
    url: `${server.origin}/acme/app/issues/1`,
    title: "Login button does nothing on Safari",
    body: SMALL_SEED.projects["acme/app"]![0]!.body,
    isLossy: false,
    state: "open",
    status: "open",
    labels: ["bug", "priority: high"],
    assignee: "bo",
    assigneeName: "bo",
    author: "ana",
    createdAt: new Date("2026-02-01T09:00:00Z"),
    updatedAt: new Date("2026-02-03T10:00:00Z"),
    commentCount: 2,
    links: [],
  });
  expect(await tracker.getIssue("ACME/App#2")).toMatchObject({
    key: "acme/app#2",
    state: "closed",
    status: "completed",
  });
});

test("comments come oldest first, five thousand of them too", async () => {
  const { tracker, server } = await openGitHub();
  for (let i = 0; i < 5_000; i++)
    server.state.addComment("acme/app", 2, {
      body: `${i}`,
      createdAt: new Date(Date.UTC(2026, 1, 5, 0, 0, i)),
    });
  const comments = await tracker.getComments("acme/app#2");
  expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 5_000 }, (_, i) => `${i}`));
  expect((await tracker.getComments("acme/app#1"))[1]).toMatchObject({
    author: "cleo",
    body: "שלום 👋🏽 \u202eabc",
  });
});

test("an issue is created with all a draft names, and is found again", async () => {
  const { tracker } = await openGitHub();
  const issue = await tracker.createIssue({
    ...draft,
    labels: ["ux"],
    assignee: "@cleo",
    type: "Feature",
    status: "not planned",
  });
  expect(issue).toMatchObject({
    key: "acme/app#3",
    labels: ["ux"],
    assignee: "cleo",
    type: "Feature",
    state: "closed",
    status: "not planned",
  });
  expect(await tracker.getIssue("acme/app#3")).toEqual(issue);
});

test("an update sets what it names and leaves the rest; null clears", async () => {
  const { tracker } = await openGitHub();
  const before = await tracker.getIssue("acme/app#1");
  const closed = await tracker.updateIssue("acme/app#1", {
    status: "closed",
    assignee: null,
    priority: null,
  });
  expect(closed).toMatchObject({
    state: "closed",
    status: "completed",
    title: before.title,
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
  expect(again).toMatchObject({
    state: "open",
    status: "open",
    labels: [],
    assignee: "ana",
    title: "T",
    body: "",
  });
});

test.for([
  ["priority", { priority: "high" }, "label"],
  ["status", { status: "In Review" }, "not planned"],
  ["assignee", { assignee: "nobody" }, "assignees invalid"],
  ["description", { body: "x".repeat(65_537) }, "too long"],
] as const)(
  "%s that GitHub cannot hold is refused by name, and nothing is changed",
  async ([field, change, words]) => {
    const { tracker, server } = await openGitHub();
    const before = await tracker.getIssue("acme/app#1");
    await expect(tracker.updateIssue("acme/app#1", change)).rejects.toMatchObject({
      code: "field_refused",
      message: expect.stringContaining(field),
      data: { field },
    });
    await expect(tracker.createIssue({ ...draft, ...change })).rejects.toThrow(words);
    if (field === "priority" || field === "status") {
      const refused = { code: "field_refused", data: { field } };
      await expect(tracker.checkChange("acme/app#1", change)).rejects.toMatchObject(refused);
      await expect(tracker.checkDraft({ ...draft, ...change })).rejects.toMatchObject(refused);
    }
    expect(await tracker.getIssue("acme/app#1")).toEqual(before);
    expect(server.state.repos.get("acme/app")!.issues.size).toBe(2);
  },
);

test("what GitHub drops because the token may not set it is told, with what was done", async () => {
  const { tracker, server } = await openGitHub();
  server.state.mayPush = false;
  await expect(tracker.createIssue({ ...draft, labels: ["ux"], assignee: "ana" })).rejects.toMatchObject({
    code: "field_refused",
    message: expect.stringContaining("acme/app#3 was created, but gh did not set labels and assignee"),
    data: { key: "acme/app#3", isDone: true },
  });
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

test("what is not there is unknown: no such issue, one deleted, a pull request, a key of another shape", async () => {
  const { tracker, server } = await openGitHub();
  server.state.addIssue("acme/app", { title: "A fix", isPullRequest: true });
  server.state.remove("acme/app", 2);
  const unknown = (words: string) => ({ code: "issue_unknown", message: expect.stringContaining(words) });
  await expect(tracker.getIssue("acme/app#99")).rejects.toMatchObject(unknown("does not exist"));
  await expect(tracker.getIssue("acme/app#2")).rejects.toMatchObject(unknown("was deleted"));
  await expect(tracker.getComments("acme/app#2")).rejects.toMatchObject(unknown("acme/app#2"));
  await expect(tracker.updateIssue("acme/app#2", { title: "x" })).rejects.toMatchObject(
    unknown("was deleted"),
  );
  await expect(tracker.addComment("acme/app#2", "x")).rejects.toMatchObject(unknown("acme/app#2"));
  await expect(tracker.getIssue("acme/app#3")).rejects.toMatchObject(unknown("pull request"));
  await expect(tracker.getIssue("APP-3")).rejects.toMatchObject(unknown("APP-3"));
});

test("a transferred issue is found at its new place, and its fate is told", async () => {
  const { tracker, server } = await openGitHub();
  const issue = await tracker.getIssue("acme/app#1");
  server.state.addIssue("acme/web", { title: "Another" });
  server.state.transfer("acme/app", 1, "acme/web");
  const moved = await tracker.getIssue("acme/app#1");
  expect(moved).toMatchObject({ key: "acme/web#2", project: "acme/web", title: issue.title });
  const fate = await tracker.resolveMissing(issue);
  expect(fate).toEqual({ kind: "moved", to: "acme/web#2", url: `${server.origin}/acme/web/issues/2` });
});

test("an issue's fate: there, deleted, or behind a door", async () => {
  const { tracker, server } = await openGitHub();
  const [one, two] = [await tracker.getIssue("acme/app#1"), await tracker.getIssue("acme/app#2")];
  expect(await tracker.resolveMissing(one)).toEqual({ kind: "there", issue: one });
  server.state.remove("acme/app", 2);
  expect(await tracker.resolveMissing(two)).toEqual({ kind: "gone" });
  server.state.repos.delete("acme/app");
  expect(await tracker.resolveMissing(one)).toEqual({ kind: "gone" });
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

test.for([
  ["acme/app#7", "acme/app#7"],
  ["ACME/App#7", "acme/app#7"],
  ["other/repo#7", "other/repo#7"],
  [" #7 ", "acme/app#7"],
  ["ORIGIN/acme/app/issues/7#issuecomment-1", "acme/app#7"],
  ["ORIGIN/acme/app/pull/7/files", "acme/app#7"],
  ["ORIGIN/api/repos/acme/app/issues/7", "acme/app#7"],
  ["ORIGIN/acme/app", undefined],
  ["https://github.com/acme/app/issues/7", undefined],
  ["APP-7", undefined],
  ["a/b/c#7", undefined],
  ["7", undefined],
  ["", undefined],
] as const)("%s means %s here", async ([identifier, key]) => {
  const { tracker, server } = await openGitHub();
  expect(tracker.readKey(identifier.replace("ORIGIN", server.origin))).toBe(key);
  expect(server.requests).toEqual([]);
});

test("github.com's pages and its API live on different hosts", async () => {
  const { tracker } = await openGitHub({}, { config: { url: "https://api.github.com" } });
  expect(tracker.readKey("https://github.com/acme/app/issues/7")).toBe("acme/app#7");
  expect(tracker.readKey("https://gitlab.com/acme/app/issues/7")).toBeUndefined();
});

test("an Enterprise Server is spoken to under its own path, by its own description", async () => {
  const { tracker } = await openGitHub({ isEnterprise: true });
  const issue = await tracker.createIssue({ ...draft, labels: ["ux"] });
  expect(await tracker.updateIssue(issue.key, { status: "closed" })).toMatchObject({ state: "closed" });
  expect(await idsOf(tracker, "acme/app")).toHaveLength(3);
});

test("an App acts with a token of its installation, which it asks for once", async () => {
  const { server } = await openGitHub();
  const { tracker } = await openGitHub(
    {},
    { config: { url: server.url, token: undefined, app: server.app } },
  );
  await tracker.getIssue("acme/app#1");
  await tracker.addComment("acme/app#1", "From an app");
  const asked = server.requests.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((line) => line.includes("access_tokens"))).toHaveLength(1);
  expect(asked).toHaveLength(3);
});

test("an App whose key is none is told so, without the key", async () => {
  const app = {
    id: 1,
    privateKey: "-----BEGIN RSA PRIVATE KEY-----\\nc2VjcmV0\\n-----END RSA PRIVATE KEY-----",
    installation: 2,
  };
  const { tracker } = await openGitHub({}, { config: { token: undefined, app } });
  const error = await tracker.getIssue("acme/app#1").catch((reason: Error) => reason);
  expect(error).toMatchObject({
    code: "tracker_failed",
    message: expect.stringContaining("issue acme/app#1"),
  });
  expect(String((error as Error).stack)).not.toContain("c2VjcmV0");
});
