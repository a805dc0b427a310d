import { describe, expect, test } from "vitest";
import type { IssueChange, IssueDraft } from "#model";
import { SMALL_SEED } from "../servers/seed.ts";
import { idsOf } from "../support/drain.ts";
import { EVERY_TRACKER, openTracker, type TrackerName } from "../support/every-tracker.ts";
import { openGitHub, openGitLab } from "../support/open.ts";

const JIRA = ["Jira Cloud", "Jira Data Center"] as const;

describe.for(EVERY_TRACKER)("an issue of %s", (name) => {
  test("has its comments, oldest first", async () => {
    const { tracker, key } = await openTracker(name);
    const comments = await tracker.getComments(key(1));
    expect(comments.map(({ body }) => body)).toEqual([
      "Seen on 17.2, too.",
      expect.stringContaining("שלום 👋🏽"),
    ]);
    expect(comments.map(({ author }) => author).join()).toMatch(/^bo,cleo$/i);
  });

  test("has all its comments, five thousand of them too", async () => {
    const comments = Array.from({ length: 5_000 }, (_, i) => ({
      body: `${i}`,
      createdAt: new Date(Date.UTC(2026, 1, 5, 0, 0, i)),
    }));
    // To hold so much against Jira's description takes minutes.
    const isChecked = !name.startsWith("Jira");
    const { tracker, key } = await openTracker(name, { issues: [{ title: "Busy", comments }], isChecked });
    const bodies = (await tracker.getComments(key(1))).map(({ body }) => body);
    expect(bodies).toEqual(comments.map(({ body }) => body));
  });

  test("is updated in what a change names; the rest is left, and null clears", async () => {
    const { tracker, key } = await openTracker(name);
    const before = await tracker.getIssue(key(1));
    const closed = await tracker.updateIssue(key(1), { status: "closed", assignee: null, priority: null });
    expect(closed).toMatchObject({
      state: "closed",
      title: before.title,
      body: before.body,
      labels: before.labels,
    });
    expect(closed.assignee).toBeUndefined();
    const change = { status: "open", labels: [], assignee: "ana", title: "T", body: "" };
    const again = await tracker.updateIssue(key(1), change);
    expect(again).toMatchObject({ state: "open", labels: [], title: "T", body: "" });
    expect(again.assigneeName).toMatch(/^ana$/i);
  });

  test("that is not there is unknown by its key", async () => {
    const { tracker, key, remove } = await openTracker(name);
    remove(2);
    for (const number of [2, 99])
      for (const ask of [
        () => tracker.getIssue(key(number)),
        () => tracker.getComments(key(number)),
        () => tracker.updateIssue(key(number), { title: "x" }),
        () => tracker.addComment(key(number), "x"),
        () => tracker.linkIssues(key(number), "blocks", key(1)),
      ])
        await expect(ask()).rejects.toMatchObject({
          code: "issue_unknown",
          message: expect.stringContaining(key(number)),
        });
    const odd = name.startsWith("Jira") ? "no key" : "APP-3";
    await expect(tracker.getIssue(odd)).rejects.toMatchObject({ code: "issue_unknown" });
  });

  test("that is missing from a listing is there all the same, gone, or behind a door", async () => {
    const { tracker, key, remove, vanish } = await openTracker(name);
    const [one, two] = [await tracker.getIssue(key(1)), await tracker.getIssue(key(2))];
    expect(await tracker.resolveMissing(one)).toEqual({ kind: "there", issue: one });
    remove(2);
    expect(await tracker.resolveMissing(two)).toEqual({ kind: "gone" });
    vanish();
    expect(await tracker.resolveMissing(one)).toEqual({ kind: "gone" });
  });
});

test.for([
  ["GitHub", "gh", { status: "open", assigneeName: "bo" }, "completed"],
  ["GitLab", "lab", { status: "opened", assigneeName: "Bo", type: "issue" }, "closed"],
] as const)("an issue comes with everything that %s says of it", async ([name, called, own, closed]) => {
  const { tracker, key, page } = await openTracker(name);
  expect(await tracker.getIssue(key(1))).toEqual({
    tracker: called,
    project: "acme/app",
    id: expect.stringMatching(/^\d+$/),
    key: key(1),
    url: page(key(1)),
    title: "Login button does nothing on Safari",
    body: SMALL_SEED.projects["acme/app"]![0]!.body,
    isLossy: false,
    state: "open",
    labels: ["bug", "priority: high"],
    assignee: "bo",
    author: "ana",
    createdAt: new Date("2026-02-01T09:00:00Z"),
    updatedAt: new Date("2026-02-03T10:00:00Z"),
    commentCount: 2,
    links: [],
    ...own,
  });
  const second = { key: key(2), state: "closed", status: closed };
  expect(await tracker.getIssue("ACME/App#2")).toMatchObject(second);
});

test.for<[TrackerName, string]>([
  ["GitHub", "acme/web"],
  ["GitLab", "acme/web"],
  ["GitLab", "other/group/web"],
  ["Jira Cloud", "OPS"],
  ["Jira Data Center", "OPS"],
])("an issue of %s that moved to %s is found there, and it is told where", async ([name, home]) => {
  const { tracker, project, key, page, addIssue, move } = await openTracker(name);
  const issue = await tracker.getIssue(key(1));
  addIssue(home, { title: "Another" });
  move(1, home);
  const to = key(2, home);
  const moved = { key: to, project: home, title: issue.title };
  expect(await tracker.getIssue(key(1))).toMatchObject(moved);
  expect(await tracker.resolveMissing(issue)).toEqual({ kind: "moved", to, url: page(to) });
  expect(await idsOf(tracker, project)).toHaveLength(1);
});

test.for<[TrackerName, Partial<IssueDraft>, object]>([
  [
    "GitHub",
    { labels: ["ux"], assignee: "@cleo", type: "Feature", status: "not planned" },
    { labels: ["ux"], assignee: "cleo", type: "Feature", state: "closed", status: "not planned" },
  ],
  [
    "GitLab",
    { labels: ["ux", "a b"], assignee: "@cleo", type: "Test case", status: "closed" },
    { labels: ["ux", "a b"], assignee: "cleo", type: "test_case", state: "closed" },
  ],
  ...JIRA.map((name): [TrackerName, Partial<IssueDraft>, object] => [
    name,
    {
      labels: ["a", "b"],
      assignee: "cleo@example.com",
      priority: "high",
      type: "bug",
      status: "In Progress",
    },
    { labels: ["a", "b"], assigneeName: "Cleo", priority: "High", type: "Bug", status: "In Progress" },
  ]),
])("an issue is created in %s with all that a draft can say, once, and is found again", async (row) => {
  const [name, more, expected] = row;
  const { tracker, project, key, issueCount } = await openTracker(name);
  const draft = { project, title: "Dark mode 🎉", body: "Please. 🌚" };
  const issue = await tracker.createIssue({ ...draft, ...more });
  expect(issue).toMatchObject({ key: key(3), title: draft.title, body: draft.body, isLossy: false });
  expect(issue).toMatchObject(expected);
  expect(await tracker.getIssue(key(3))).toEqual(issue);
  expect(issueCount()).toBe(3);
});

type Refused = readonly [field: string, change: IssueChange, words: string, isToldBefore: boolean];

const refused: Readonly<Record<TrackerName, readonly Refused[]>> = {
  GitHub: [
    ["priority", { priority: "high" }, "label", true],
    ["status", { status: "In Review" }, "not planned", true],
    ["assignee", { assignee: "nobody" }, "assignees invalid", false],
    ["description", { body: "x".repeat(65_537) }, "too long", false],
  ],
  GitLab: [
    ["priority", { priority: "high" }, "label", true],
    ["status", { status: "In Review" }, "possible: open, closed", true],
    ["assignee", { assignee: "nobody" }, 'nobody there is called "nobody"', true],
    ["title", { title: "x".repeat(256) }, "title is too long", false],
    ["labels", { labels: ["a,b"] }, "commas", true],
  ],
  "Jira Cloud": [],
  "Jira Data Center": [],
  "an old GitLab": [],
};
for (const name of JIRA)
  Object.assign(refused, {
    [name]: [
      ["priority", { priority: "Urgent" }, "possible: Highest, High, Medium, Low, Lowest", true],
      ["assignee", { assignee: "nobody" }, "nobody", true],
      ["labels", { labels: ["two words"] }, "two words", true],
      ["title", { title: "x".repeat(300) }, "title", false],
      ["description", { body: "long ".repeat(40_000) }, "description", false],
    ] satisfies Refused[],
  });

test.for(EVERY_TRACKER.flatMap((name) => refused[name].map((row) => [name, ...row] as const)))(
  "what %s cannot hold as %s is refused by name, and nothing is changed",
  async (row) => {
    const [name, field, change, words, isToldBefore] = row;
    const { tracker, project, key, issueCount } = await openTracker(name);
    const draft = { project, title: "Dark mode", body: "Please." };
    const before = await tracker.getIssue(key(1));
    const problem = { code: "field_refused", data: { field } };
    await expect(tracker.updateIssue(key(1), change)).rejects.toMatchObject({
      ...problem,
      message: expect.stringContaining(field),
    });
    await expect(tracker.createIssue({ ...draft, ...change } as IssueDraft)).rejects.toThrow(words);
    if (isToldBefore) {
      await expect(tracker.checkChange(key(1), change)).rejects.toMatchObject(problem);
      await expect(tracker.checkDraft({ ...draft, ...change } as IssueDraft)).rejects.toMatchObject(problem);
    }
    await tracker.checkChange(key(1), { title: "T", status: "closed", assignee: "ana" });
    await tracker.checkDraft(draft);
    expect(await tracker.getIssue(key(1))).toEqual(before);
    expect(issueCount()).toBe(2);
  },
);

test.for([
  ["GitHub", "gh"],
  ["GitLab", "lab"],
] as const)(
  "what %s drops because the token may not set it is told, with what was done",
  async ([name, called]) => {
    const { tracker } = name === "GitHub" ? await guestOfGitHub() : await guestOfGitLab();
    const draft = { project: "acme/app", title: "Dark mode", body: "", labels: ["ux"], assignee: "ana" };
    await expect(tracker.createIssue(draft)).rejects.toMatchObject({
      code: "field_refused",
      message: expect.stringContaining(
        `acme/app#3 was created, but ${called} did not set labels and assignee`,
      ),
      data: { key: "acme/app#3", isDone: true },
    });
  },
);

async function guestOfGitHub() {
  const opened = await openGitHub();
  opened.server.state.mayPush = false;
  return opened;
}

async function guestOfGitLab() {
  const opened = await openGitLab();
  opened.server.state.mayPlan = false;
  return opened;
}
