import { describe, expect, test } from "vitest";
import { manyIssues } from "../servers/seed.ts";
import { walkChanges } from "../support/drain.ts";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

const at = (minute: number, ms = 0) => new Date(Date.UTC(2026, 2, 1, 12, minute) + ms);

describe.each(DEPLOYMENTS)("the changes of Jira %s", (kind) => {
  const isCloud = kind === "Cloud";

  test("are all issues with their comments at first, oldest change first, then only what is new", async () => {
    const { tracker, server } = await openJira(kind, { now: () => at(0) });
    const first = await walkChanges(tracker, "APP");
    expect(first.issues.map(({ key }) => key)).toEqual(["APP-1", "APP-2"]);
    expect(first.comments).toEqual([
      { issueId: first.issues[0]!.id, isComplete: true, comments: await tracker.getComments("APP-1") },
      { issueId: first.issues[1]!.id, isComplete: true, comments: [] },
    ]);
    server.state.edit("APP-1", { summary: "changed" });
    const second = await walkChanges(tracker, "APP", first.last);
    expect(second.issues.map(({ key, title }) => [key, title])).toContainEqual(["APP-1", "changed"]);
    expect((await walkChanges(tracker, "APP", "no cursor at all")).issues).toHaveLength(2);
  });

  test("come page by page, and a cursor resumes right behind its page", async () => {
    const issues = manyIssues(250);
    const { tracker } = await openJira(kind, { seed: { projects: { APP: issues } } });
    const whole = await walkChanges(tracker, "APP");
    expect(new Set(whole.issues.map(({ key }) => key)).size).toBe(250);
    expect(whole.issues).toHaveLength(250);
    expect(whole.cursors.length).toBeGreaterThan(2);
    for (const [page, cursor] of whole.cursors.slice(0, -1).entries()) {
      const rest = await walkChanges(tracker, "APP", cursor);
      const before = new Set(whole.issues.slice(0, (page + 1) * 99).map(({ key }) => key));
      expect(new Set([...before, ...rest.issues.map(({ key }) => key)]).size).toBe(250);
    }
  });

  test("of one and the same moment come once each, and are more than a page", async () => {
    const issues = manyIssues(230).map((issue) => ({ ...issue, comments: [], createdAt: at(0) }));
    const { tracker } = await openJira(kind, { seed: { projects: { APP: issues } } });
    const { issues: found } = await walkChanges(tracker, "APP");
    expect(new Set(found.map(({ key }) => key)).size).toBe(230);
    expect(found).toHaveLength(230);
  });

  test("are asked for in bare milliseconds, whatever the account's zone and the clocks here say", async () => {
    const seed = { projects: { APP: manyIssues(3, at(0)) } };
    const { tracker, server } = await openJira(kind, { seed, now: () => at(30) });
    server.state.zoneMinutes = -11 * 60;
    const { last } = await walkChanges(tracker, "APP");
    // A change in the very minute that was seen last, which a minute-wide date of another zone would miss.
    server.state.edit("APP-3", { summary: "late", updated: at(2, 59_999) });
    const { issues } = await walkChanges(tracker, "APP", last);
    expect(issues.map(({ title }) => title)).toContain("late");
    const asked = server.requests.flatMap(({ body }) =>
      (body as { jql?: string })?.jql ? [(body as { jql: string }).jql] : [],
    );
    expect(asked.at(-1)).toMatch(/^project = "APP" AND updated >= \d{13} ORDER BY updated ASC, key ASC$/);
  });

  test("that the index shows late are not skipped", async () => {
    let minute = 0;
    const seed = { projects: { APP: manyIssues(4, at(-60)) } };
    const { tracker, server } = await openJira(kind, { seed, now: () => at(minute) });
    let { last } = await walkChanges(tracker, "APP");
    minute = 5;
    server.state.hold("APP-1");
    server.state.edit("APP-1", { summary: "held back" });
    minute = 12;
    server.state.edit("APP-2", { summary: "shown at once" });
    const walk = await walkChanges(tracker, "APP", last);
    const titles = walk.issues.map(({ title }) => title);
    expect([titles.includes("shown at once"), titles.includes("held back")]).toEqual([true, false]);
    last = walk.last;
    server.state.letGo();
    expect((await walkChanges(tracker, "APP", last)).issues.map(({ title }) => title)).toContain("held back");
  });

  test("during the walk are seen by it or by the next", async () => {
    const seed = { projects: { APP: manyIssues(250) } };
    const { tracker, server } = await openJira(kind, { seed, now: () => at(0) });
    const seen = new Map<string, string>();
    let edited = 0;
    let last = "";
    for await (const page of tracker.changes("APP", undefined)) {
      for (const issue of page.issues) seen.set(issue.key, issue.title);
      last = page.cursor;
      if (edited++ < 2)
        for (const key of ["APP-1", "APP-120", "APP-249"])
          server.state.edit(key, { summary: `edit ${edited}` });
    }
    for (const issue of (await walkChanges(tracker, "APP", last)).issues) seen.set(issue.key, issue.title);
    expect(seen.size).toBe(250);
    for (const key of ["APP-1", "APP-120", "APP-249"]) expect(seen.get(key)).toBe("edit 2");
  });

  test("bring all comments, however few a search shows, and 5,000 of them", async () => {
    const comments = Array.from({ length: 5_000 }, (_, index) => ({
      body: `c${index}`,
      createdAt: at(0, index),
    }));
    const seed = {
      projects: {
        APP: [
          { title: "busy", comments },
          { title: "21", comments: comments.slice(0, 21) },
        ],
      },
    };
    const { tracker } = await openJira(kind, { seed, isChecked: false });
    const walk = await walkChanges(tracker, "APP");
    const sizes = walk.comments.map((set) => [set.comments.length, set.isComplete]);
    expect(sizes).toContainEqual([5_000, true]);
    expect(sizes).toContainEqual([21, true]);
    expect(walk.comments.find((set) => set.comments.length === 5_000)!.comments.at(-1)!.body).toBe("c4999");
    expect(walk.issues.map(({ commentCount }) => commentCount)).toContain(5_000);
  });

  test("hold no comments of an issue that was deleted since it was listed", async () => {
    const comments = Array.from({ length: 30 }, (_, index) => ({
      body: `c${index}`,
      createdAt: at(0, index),
    }));
    const { tracker, server } = await openJira("Cloud", {
      seed: { projects: { APP: [{ title: "x", comments }] } },
    });
    server.faults.add({
      path: /\/comment/,
      fault: { kind: "answer", status: 404, body: { errorMessages: ["gone"], errors: {} } },
    });
    expect((await walkChanges(tracker, "APP")).comments).toEqual([]);
  });

  test("go on from the same moment when the word for a page is taken no longer", async () => {
    const issues = manyIssues(230).map((issue) => ({ ...issue, comments: [], createdAt: at(0) }));
    const { tracker } = await openJira(kind, { seed: { projects: { APP: issues } } });
    const cursor = JSON.stringify({ since: at(0).getTime(), next: isCloud ? "stale" : "100" });
    const { issues: found } = await walkChanges(tracker, "APP", cursor);
    expect(found.length).toBeGreaterThanOrEqual(isCloud ? 230 : 130);
  });

  test("of a strange name are no other project's", async () => {
    const { tracker } = await openJira(kind);
    await expect(walkChanges(tracker, 'X" OR project = "APP')).rejects.toMatchObject({
      code: "tracker_refused",
    });
  });

  test("ids are listed whole, and only ids are asked for", async () => {
    const { tracker, server } = await openJira(kind, {
      seed: { projects: { APP: manyIssues(1_200) } },
      isChecked: false,
    });
    const ids: string[] = [];
    for await (const page of tracker.listIds("APP")) ids.push(...page);
    expect(new Set(ids)).toEqual(new Set(server.state.issues.keys()));
    expect(server.requests.map(({ body }) => (body as { fields: string[] }).fields)).toEqual(
      server.requests.map(() => ["id"]),
    );
  });
});
