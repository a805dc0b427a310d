import { describe, expect, test } from "vitest";
import { PreloopError, silentLog } from "#base";
import { type Db, findIssueRow, listIssueRows, listProjectRows } from "#store";
import { type SyncEvent, type SyncOptions, syncProjects } from "#sync";
import type { Tracker } from "#trackers";
import {
  comment,
  createWorld,
  put,
  type Script,
  scriptTracker,
  smallWorld,
  uncomment,
  type World,
} from "../support/scripted-tracker.ts";
import { describeStores } from "../support/stores.ts";
import { keptIn, shownBy, shownIn } from "../support/world-in-store.ts";

type Extra = Partial<Omit<SyncOptions, "db">>;

const sync = (db: Db, trackers: Tracker | readonly Tracker[], extra: Extra = {}) =>
  syncProjects([trackers].flat() as readonly Tracker[], { db, log: silentLog, ...extra });

async function syncOne(db: Db, world: World, script: Script = {}, extra: Extra = {}) {
  const { projects } = await sync(db, scriptTracker(world, script), extra);
  return projects[0]!;
}

/** Fails at a page, as a tracker that goes down does. */
const failAt =
  (at: number, code: "tracker_failed" | "tracker_limited" | "tracker_refused" = "tracker_failed") =>
  (page: number) => {
    if (page === at) throw new PreloopError(code, `${code} at page ${page}`);
  };

describeStores("a sync", (open) => {
  describe("of what changed", () => {
    test("brings everything, and then what changed since", async () => {
      const db = await open();
      const world = smallWorld();
      expect(await syncOne(db, world)).toMatchObject({ outcome: "read", added: 10, comments: 8, pages: 7 });
      expect(await shownBy(db)).toEqual(shownIn(world));

      put(world, "2", { title: "Changed", state: "closed" });
      put(world, "new");
      comment(world, "5", "c9", "Late.");
      comment(world, "0", "c0", "Comment 0, edited.");
      const report = await syncOne(db, world, { pageSize: 2 });
      expect(report).toMatchObject({ outcome: "read", added: 1, comments: 2 });
      expect(await shownBy(db)).toEqual(shownIn(world));
      const again = await syncOne(db, world);
      expect(again).toMatchObject({ added: 0, changed: 0, comments: 0 });
    });

    test("goes on at any page where it was stopped, and ends as if it had never been", async () => {
      const world = smallWorld();
      const whole = await open();
      const { pages } = await syncOne(whole, world);
      const expected = await keptIn(whole);
      await whole.rows("TRUNCATE issue, project CASCADE");
      const db = whole;
      for (let page = 1; page <= pages + 1; page++) {
        const broken = await syncOne(db, world, { beforePage: failAt(page) });
        expect(broken, `page ${page}`).toMatchObject({ outcome: "failed", pages: page - 1 });
        const resumed = await syncOne(db, world);
        expect(resumed.outcome).toBe("read");
        expect(await keptIn(db), `page ${page}`).toEqual(expected);
        await db.rows("TRUNCATE issue, project CASCADE");
      }
    });

    test("sees what is edited, added and commented while it reads", async () => {
      const db = await open();
      const world = smallWorld();
      const beforePage = (page: number) => {
        if (page > 12) return;
        put(world, `${page % 10}`, { title: `Edited before page ${page}` });
        if (page % 2 === 0) put(world, `new${page}`);
        if (page % 3 === 0) comment(world, `${page % 10}`, `d${page}`, "While reading.");
      };
      expect(await syncOne(db, world, { beforePage })).toMatchObject({ outcome: "read" });
      await syncOne(db, world);
      expect(await shownBy(db)).toEqual(shownIn(world));
    });

    test.each(["1999-12-31T23:59:58Z", "2099-01-01T00:00:00Z"])(
      "asks by the tracker's clock alone, be it %s",
      async (time) => {
        const db = await open();
        const world = smallWorld(Date.parse(time));
        await syncOne(db, world);
        put(world, "3", { title: "A second later" });
        expect(await syncOne(db, world)).toMatchObject({ changed: 1 });
        expect(await shownBy(db)).toEqual(shownIn(world));
      },
    );

    test("begins anew when the tracker takes the cursor no longer", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      put(world, "3", { title: "Other" });
      const tracker = scriptTracker(world, { refusesCursor: () => true });
      expect((await sync(db, tracker)).projects).toMatchObject([{ outcome: "read", changed: 1 }]);
      expect(await shownBy(db)).toEqual(shownIn(world));
      expect(tracker.asked).toEqual(["changes p"]);
    });

    test("keeps characters that Postgres has not, a megabyte, and five thousand comments", async () => {
      const db = await open();
      const world = createWorld();
      put(world, "1", { title: "nul\0 👩‍👩‍👧 \u202eעברית\u202c", body: "x".repeat(1 << 20) });
      for (let n = 0; n < 5000; n++) comment(world, "1", `c${String(n).padStart(4, "0")}`, `${n}\0`);
      expect(await syncOne(db, world, { pageSize: 500 })).toMatchObject({ comments: 5000 });
      const row = await findIssueRow(db, { key: "p#1" });
      expect(row).toMatchObject({ title: "nul\ufffd 👩‍👩‍👧 \u202eעברית\u202c", commentCount: 5000 });
      expect(row?.body).toHaveLength(1 << 20);
      expect(await syncOne(db, world, { pageSize: 500 }, { full: true })).toMatchObject({
        changed: 0,
        comments: 0,
      });
    });
  });

  describe("of comments", () => {
    test("reads all of an issue's where the tracker counts others than are kept", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      uncomment(world, "1", "c4");
      put(world, "1");
      expect(await syncOne(db, world)).toMatchObject({ comments: 1 });
      expect(await shownBy(db)).toEqual(shownIn(world));
    });

    test("does not ask again where the counts differ for good", async () => {
      const db = await open();
      const world = smallWorld();
      const { issue, comments } = world.issues.get("7")!;
      world.issues.set("7", { issue: { ...issue, commentCount: 3 }, comments });
      const first = scriptTracker(world);
      await sync(db, first);
      expect(first.asked).toContain("comments p#7");
      const second = scriptTracker(world);
      await sync(db, second, { full: true });
      expect(second.asked).not.toContain("comments p#7");
    });

    test("takes an issue that went between the listing and the look for gone", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      uncomment(world, "1", "c4");
      put(world, "1");
      const report = await syncOne(db, world, { beforeComments: () => world.issues.delete("1") });
      expect(report).toMatchObject({ outcome: "read", gone: 1 });
      expect(await shownBy(db)).toEqual(shownIn(world));
    });
  });

  describe("with --full", () => {
    test("finds what is gone, what moved, what changed without a word, and what came back", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      const returning = world.issues.get("9")!;
      for (const id of ["0", "5", "9"]) world.issues.delete(id);
      world.moves.set("5", "q#1");
      uncomment(world, "1", "c4");
      const quiet = world.issues.get("2")!;
      world.issues.set("2", { ...quiet, issue: { ...quiet.issue, title: "Changed without a time" } });
      expect(await syncOne(db, world)).toMatchObject({ gone: 0, moved: 0, swept: false });
      const full = await syncOne(db, world, {}, { full: true });
      expect(full).toMatchObject({ outcome: "read", swept: true, gone: 2, moved: 1 });
      expect(await shownBy(db)).toEqual(shownIn(world));
      expect(await db.rows("SELECT moved_to FROM issue WHERE remote_id = '5'")).toEqual([
        { moved_to: "q#1" },
      ]);

      world.issues.set("9", returning);
      await syncOne(db, world, {}, { full: true });
      expect(await shownBy(db)).toEqual(shownIn(world));
    });

    test("asks about what a listing leaves out, and keeps what is there", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      const tracker = scriptTracker(world, { isHidden: (id) => id === "3" });
      const [report] = (await sync(db, tracker, { full: true })).projects;
      expect(report).toMatchObject({ gone: 0, moved: 0 });
      expect(tracker.asked).toContain("fate p#3");
      expect(await shownBy(db)).toEqual(shownIn(world));
    });

    test("is finished by the next run when it was killed on the way", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      world.issues.delete("0");
      for (const page of [1, 3, 5])
        expect(await syncOne(db, world, { beforePage: failAt(page) }, { full: true })).toMatchObject({
          outcome: "failed",
        });
      const tracker = scriptTracker(world);
      const [report] = (await sync(db, tracker)).projects;
      expect(report).toMatchObject({ outcome: "read", swept: true, gone: 1 });
      expect(tracker.asked[0]).toBe("changes p since");
      expect(await syncOne(db, world)).toMatchObject({ swept: false });
    });

    test("looks once a day, not with every run, while the tracker shows hardly anything", async () => {
      const db = await open();
      const world = createWorld();
      for (let n = 0; n < 30; n++) put(world, `${n}`);
      await syncOne(db, world);
      const tracker = scriptTracker(world, { isHidden: () => true });
      const run = async (more: Partial<SyncOptions> = {}) => (await sync(db, tracker, more)).projects[0];
      const lists = () => tracker.asked.filter((asked) => asked.startsWith("ids")).length;
      const daily = (sweptAt: Date | undefined) => Date.now() - (sweptAt?.getTime() ?? 0) > 86_400_000;
      expect(await run({ full: true })).toMatchObject({ outcome: "failed" });
      const before = lists();
      expect(before).toBeGreaterThan(0);
      put(world, "new");
      expect(await run()).toMatchObject({ outcome: "read", added: 1, swept: false });
      expect(await run({ full: daily })).toMatchObject({ outcome: "read", swept: false });
      expect(lists()).toBe(before);
      expect((await listProjectRows(db))[0]?.lastError).toContain("no longer 30 of the 30");
      await db.rows("UPDATE project SET swept_at = swept_at - interval '25 hours'");
      expect(await run()).toMatchObject({ outcome: "failed" });
      expect(lists()).toBeGreaterThan(before);
      world.issues.delete("new");
      expect(await syncOne(db, world, {}, { full: true })).toMatchObject({ outcome: "read", swept: true });
      expect((await listProjectRows(db))[0]?.lastError).toBeUndefined();
    });

    test("takes nothing away when the tracker shows hardly anything, unless told to", async () => {
      const db = await open();
      const world = createWorld();
      for (let n = 0; n < 30; n++) put(world, `${n}`);
      await syncOne(db, world);
      const blind = { isHidden: () => true };
      const report = await syncOne(db, world, blind, { full: true });
      expect(report).toMatchObject({ outcome: "failed", error: { code: "sync_incomplete" } });
      expect(report.error?.message).toContain("no longer 30 of the 30");
      expect(await listIssueRows(db)).toHaveLength(30);
      for (let n = 5; n < 30; n++) world.issues.delete(`${n}`);
      expect(await syncOne(db, world, {}, { full: true })).toMatchObject({ outcome: "failed", gone: 0 });
      expect(await syncOne(db, world, {}, { acceptLoss: true })).toMatchObject({ gone: 25, swept: true });
      expect(await shownBy(db)).toEqual(shownIn(world));
    });
  });

  describe("of several projects", () => {
    const two = { projects: ["p", "q"] };

    test("reads on when one of them has vanished, and says so", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      put(world, "other", { project: "q", key: "q#1" });
      const beforePage = (_page: number, project: string) => {
        if (project === "p") throw new PreloopError("tracker_refused", "There is no p any more");
      };
      const report = await sync(db, scriptTracker(world, { ...two, beforePage }));
      expect(report).toMatchObject({
        isComplete: false,
        projects: [
          { project: "p", outcome: "failed", error: { code: "tracker_refused" } },
          { project: "q", outcome: "read", added: 1 },
        ],
      });
      expect(await shownBy(db)).toEqual(shownIn(world));
      const [row] = await db.rows("SELECT last_error, lease_owner FROM project WHERE project = 'p'");
      expect(row).toEqual({ last_error: "There is no p any more", lease_owner: null });
    });

    test("asks a tracker no more that said it is asked too much, and asks the others", async () => {
      const db = await open();
      const [limited, other] = [smallWorld(), createWorld()];
      put(other, "1");
      const tracker = scriptTracker(limited, { ...two, beforePage: failAt(2, "tracker_limited") });
      const report = await sync(db, [tracker, scriptTracker(other, { name: "u" })]);
      expect(report.projects).toMatchObject([
        { tracker: "t", project: "p", outcome: "failed", pages: 1 },
        { tracker: "t", project: "q", outcome: "failed", error: { code: "tracker_limited" } },
        { tracker: "u", outcome: "read", added: 1 },
      ]);
      expect(tracker.asked).toEqual(["changes p"]);
      await sync(db, scriptTracker(limited, two));
      expect(await listIssueRows(db, { tracker: "t" })).toHaveLength(10);
    });

    test("follows an issue that moved from one to the other", async () => {
      const db = await open();
      const world = smallWorld();
      await sync(db, scriptTracker(world, two));
      const { rowId } = (await findIssueRow(db, { key: "p#4" }))!;
      put(world, "4", { project: "q", key: "q#4" });
      await sync(db, scriptTracker(world, two), { full: true });
      expect(await shownBy(db)).toEqual(shownIn(world));
      expect(await findIssueRow(db, { key: "q#4" })).toMatchObject({ rowId });
    });
  });

  describe("that is not alone", () => {
    test("leaves a project to the one that reads it, and says so", async () => {
      const db = await open();
      const world = smallWorld();
      let second: Awaited<ReturnType<typeof syncOne>> | undefined;
      const beforePage = async (page: number) => {
        if (page === 3) second = await syncOne(db, world);
      };
      const first = await syncOne(db, world, { beforePage });
      expect(first).toMatchObject({ outcome: "read", added: 10 });
      expect(second).toMatchObject({ outcome: "busy", pages: 0 });
      expect(second?.reader).toContain(`process ${process.pid}`);
      expect(await shownBy(db)).toEqual(shownIn(world));
    });

    test("keeps nothing more once another one took over, and the other one ends the work", async () => {
      const db = await open();
      const world = smallWorld();
      let kept = () => {};
      const secondIsKept = new Promise<void>((resolve) => {
        kept = resolve;
      });
      const beforePage = async (page: number) => {
        if (page !== 3) return;
        await secondIsKept;
        // Cut off for longer than its lease, as on a machine that slept.
        await db.rows("UPDATE project SET lease_until = now() - interval '1 second'");
        expect(await syncOne(db, world)).toMatchObject({ outcome: "read", added: 4 });
        put(world, "late");
      };
      const onEvent = (event: SyncEvent) => event.kind === "page" && event.counts.pages === 2 && kept();
      const first = await syncOne(db, world, { beforePage }, { onEvent });
      expect(first).toMatchObject({ outcome: "failed", added: 6, error: { code: "sync_incomplete" } });
      expect(await findIssueRow(db, { key: "p#late" })).toBeUndefined();
    });

    test("takes over at once from a process of this machine that is dead", async () => {
      const db = await open();
      const world = smallWorld();
      await syncOne(db, world);
      let owner = "";
      const beforePage = async () => {
        [owner = ""] = (await db.rows<{ o: string }>("SELECT lease_owner AS o FROM project")).map(
          ({ o }) => o,
        );
      };
      await syncOne(db, world, { beforePage });
      const dead = owner.replace(`/${process.pid}/`, "/999999999/");
      await db.rows("UPDATE project SET lease_owner = $1, lease_until = now() + interval '1 hour'", [dead]);
      expect(await syncOne(db, world)).toMatchObject({ outcome: "read" });
      const elsewhere = `other-host/1/999999999/x`;
      await db.rows("UPDATE project SET lease_owner = $1, lease_until = now() + interval '1 hour'", [
        elsewhere,
      ]);
      expect(await syncOne(db, world)).toMatchObject({
        outcome: "busy",
        reader: "process 999999999 on other-host",
      });
    });

    test("keeps its lease while the tracker lets it wait", async () => {
      const db = await open();
      const world = smallWorld();
      const leaseMs = 400;
      const beforePage = async (page: number) => {
        if (page === 2) await new Promise((resolve) => setTimeout(resolve, 3 * leaseMs));
      };
      expect(await syncOne(db, world, { beforePage }, { leaseMs })).toMatchObject({ outcome: "read" });
    });
  });

  test("that is told to stop keeps the page it has and goes on there", async () => {
    const db = await open();
    const world = smallWorld();
    const controller = new AbortController();
    const events: SyncEvent[] = [];
    const report = await sync(db, scriptTracker(world, { projects: ["p", "q"] }), {
      signal: controller.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.kind === "page" && event.counts.pages === 2) controller.abort();
      },
    });
    expect(report).toMatchObject({
      isComplete: false,
      projects: [
        { outcome: "stopped", added: 6, pages: 2 },
        { outcome: "stopped", pages: 0 },
      ],
    });
    expect(events.map(({ kind }) => kind)).toEqual(["page", "page", "done", "done"]);
    expect(await syncOne(db, world)).toMatchObject({ outcome: "read", added: 4 });
    expect(await shownBy(db)).toEqual(shownIn(world));
  });
});
