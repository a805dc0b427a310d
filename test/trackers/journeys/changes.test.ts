import { describe, expect, test } from "vitest";
import { manyIssues } from "../servers/seed.ts";
import { drain, drainByPages, gather, idsOf } from "../support/drain.ts";
import { EVERY_LISTING, openTracker } from "../support/every-tracker.ts";

const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const ofOneMoment = manyIssues(230).map((issue) => ({ ...issue, createdAt: at("09:00:00"), comments: [] }));

describe.for(EVERY_LISTING)("the changes of %s", (name) => {
  test("are everything at first, with comments", async () => {
    const { tracker, project } = await openTracker(name, { issues: manyIssues(250) });
    const { issues, comments } = gather(await drain(tracker, project));
    expect([issues.size, comments.size]).toEqual([250, 84]);
    expect(await idsOf(tracker, project)).toHaveLength(250);
  });

  test("are the same to a walk that is killed after every page and taken up again", async () => {
    const { tracker, project } = await openTracker(name, { issues: manyIssues(250) });
    const whole = gather(await drain(tracker, project));
    expect(gather(await drainByPages(tracker, project))).toEqual(whole);
  });

  test("of one moment, more than fit on a page, are all seen, by a killed walk too", async () => {
    const { tracker, project } = await openTracker(name, { issues: ofOneMoment });
    expect(gather(await drain(tracker, project)).issues.size).toBe(230);
    expect(gather(await drainByPages(tracker, project)).issues.size).toBe(230);
  });

  test("that come during the walk push no issue out of it", async () => {
    const { tracker, project, edit } = await openTracker(name, { issues: manyIssues(250) });
    const seen: string[] = [];
    for await (const page of tracker.changes(project, undefined)) {
      // The first issues jump to the end, and all behind them move up.
      if (seen.length === 0) for (let number = 1; number <= 50; number++) edit(number, { title: "!" });
      seen.push(...page.issues.map(({ key }) => key));
    }
    expect(new Set(seen).size).toBe(250);
  });

  test("are, to a later walk, what changed since", async () => {
    let now = at("12:00:00");
    const { tracker, project, key, edit, addComment } = await openTracker(name, { now: () => now });
    const { cursor } = (await drain(tracker, project)).at(-1)!;
    now = at("13:00:00");
    edit(2, { title: "Export as CSV and JSON" });
    addComment(1, { body: "Still there" });
    const news = gather(await drain(tracker, project, cursor));
    expect(news.issues.get(key(2))).toBe("Export as CSV and JSON");
    expect([...news.comments.values()]).toContain("Still there");
  });

  test.for(["", "nonsense", '{"issues":7}'])(
    "are everything again to a cursor that nobody can read: %s",
    async (cursor) => {
      const { tracker, project } = await openTracker(name);
      expect(gather(await drain(tracker, project, cursor)).issues.size).toBe(2);
    },
  );

  test("of a project that vanished are refused by its name", async () => {
    const { tracker, project, vanish } = await openTracker(name);
    vanish();
    const refused = {
      code: "tracker_refused",
      message: expect.stringContaining(project),
      data: { project },
    };
    await expect(drain(tracker, project)).rejects.toMatchObject(refused);
    await expect(idsOf(tracker, project)).rejects.toMatchObject(refused);
    await expect(tracker.createIssue({ project, title: "x", body: "" })).rejects.toMatchObject(refused);
  });
});
