import { describe, expect, test } from "vitest";
import type { Issue } from "#model";
import {
  type Db,
  findIssueRow,
  leaseProject,
  listCommentRows,
  listIssueRows,
  listUnsettledRows,
  markProject,
  releaseProject,
  renewProjectLease,
  type SeenIssues,
  saveChanges,
  saveIssues,
  tombstoneIssue,
} from "#store";
import { someComment, someIssue } from "../../support/issues.ts";
import { describeStores } from "../../support/stores.ts";

const later = (issue: Issue, fields: Partial<Issue>): Issue => ({
  ...issue,
  updatedAt: new Date(issue.updatedAt.getTime() + 60_000),
  ...fields,
});

const save = (db: Db, seen: Omit<SeenIssues, "tracker">) =>
  db.transaction((tx) => saveIssues(tx, { tracker: "t", ...seen }));

const find = async (db: Db, id: string) => (await findIssueRow(db, { tracker: "t", id }))!;

const LEASE = { tracker: "t", project: "p", owner: "me", forMs: 60_000 };
const KIND = { kind: "github" };

describeStores("in the store", (open) => {
  describe("a kept issue", () => {
    test("comes back as it was given", async () => {
      const db = await open();
      const full = someIssue("1", {
        rawBody: "h1. Raw",
        isLossy: true,
        state: "closed",
        status: "Won't do",
        type: "Bug",
        priority: "High",
        labels: ["b", "a, {odd}", '"quoted"', ""],
        assignee: "ana",
        assigneeName: "Ana",
        author: "bo",
        closedAt: new Date("2026-01-02T00:00:00.123Z"),
        commentCount: 0,
        links: [
          { kind: "blocks", target: "p#2", targetId: "2" },
          { kind: "relates", target: "https://elsewhere.test/3" },
        ],
      });
      expect(await save(db, { issues: [full, someIssue("2")] })).toMatchObject({ added: 2, unchanged: 0 });
      expect(await find(db, "1")).toMatchObject(full);
      expect(await findIssueRow(db, { key: "p#2" })).toMatchObject(someIssue("2"));
      expect(Object.keys(await find(db, "2"))).not.toContain("closedAt");
      expect(await listIssueRows(db, { state: "open" })).toHaveLength(1);
    });

    test("is written again only when something differs", async () => {
      const db = await open();
      await save(db, { issues: [someIssue("1"), someIssue("2")] });
      const version = () => db.rows("SELECT row_id, xmin::text FROM issue ORDER BY row_id");
      const before = await version();
      expect(await save(db, { issues: [someIssue("2"), someIssue("1"), someIssue("2")] })).toEqual({
        added: 0,
        changed: 0,
        unchanged: 2,
        comments: 0,
      });
      expect(await version()).toEqual(before);
      const linked = later(someIssue("1"), { links: [{ kind: "blocks", target: "p#2" }] });
      expect(await save(db, { issues: [linked] })).toMatchObject({ changed: 1 });
      expect((await find(db, "1")).links).toEqual(linked.links);
    });

    test("is not set back by an older version, unless everything is read anew", async () => {
      const db = await open();
      const newer = later(someIssue("1"), { title: "Newer" });
      await save(db, { issues: [someIssue("1"), newer, someIssue("1")] });
      expect((await find(db, "1")).title).toBe("Newer");
      expect(await save(db, { issues: [someIssue("1")] })).toMatchObject({ changed: 0 });
      expect((await find(db, "1")).title).toBe("Newer");
      await save(db, { issues: [someIssue("1")], isAnew: true });
      expect((await find(db, "1")).title).toBe("Issue 1");
    });

    test("moves to another project with its row", async () => {
      const db = await open();
      await save(db, { issues: [someIssue("1")] });
      const { rowId } = await find(db, "1");
      await save(db, { issues: [later(someIssue("1"), { project: "q", key: "q#9" })] });
      expect(await findIssueRow(db, { key: "q#9" })).toMatchObject({ rowId, project: "q" });
      expect(await findIssueRow(db, { key: "p#1" })).toBeUndefined();
    });

    test("keeps NUL and half characters as U+FFFD, and all others", async () => {
      const db = await open();
      const body = "a\0b \ud800 👩‍👩‍👧 \u202eעברית\u202c \\u0000 {NULL} 'x' \"y\"";
      const labels = ["\0", "null", "NULL", "\udc00"];
      await save(db, {
        issues: [someIssue("1", { body, title: body, labels })],
        comments: [{ issueId: "1", comments: [someComment(1, { body })], isComplete: true }],
      });
      const kept = body.replace("\0", "\ufffd").replace("\ud800 ", "\ufffd ");
      const row = await find(db, "1");
      expect(row).toMatchObject({ title: kept, body: kept, labels: ["\ufffd", "null", "NULL", "\ufffd"] });
      expect(await listCommentRows(db, row.rowId)).toMatchObject([{ body: kept }]);
      const again = await save(db, { issues: [someIssue("1", { body, title: body, labels })] });
      expect(again).toMatchObject({ unchanged: 1 });
    });

    test("of a megabyte is kept whole, as are twenty of them at once", async () => {
      const db = await open();
      const body = "0123456789abcdef".repeat(65_536);
      const issues = Array.from({ length: 20 }, (_, n) => someIssue(`${n}`, { body: `${n}${body}` }));
      expect(await save(db, { issues })).toMatchObject({ added: 20 });
      expect((await find(db, "19")).body).toBe(`19${body}`);
    });
  });

  describe("the hash over an issue's text", () => {
    test("follows title, body and comments, and nothing else", async () => {
      const db = await open();
      const hashes = new Set<string>();
      const see = async (seen: Omit<SeenIssues, "tracker">) => {
        await save(db, seen);
        const { textHash } = await find(db, "1");
        hashes.add(textHash);
        return textHash;
      };
      const comments = [someComment(1), someComment(2)];
      const issue = later(someIssue("1"), { title: "Other" });
      const none = await see({ issues: [issue] });
      const one = await see({
        issues: [],
        comments: [{ issueId: "1", comments: comments.slice(0, 1), isComplete: false }],
      });
      const two = await see({ issues: [], comments: [{ issueId: "1", comments, isComplete: false }] });
      expect(hashes.size).toBe(3);
      const labelled = later(issue, { labels: ["x"], status: "Doing" });
      expect(await see({ issues: [labelled] })).toBe(two);
      const edited = {
        ...someComment(2),
        body: "Edited.",
        updatedAt: new Date("2026-02-01T00:00:00Z"),
      };
      await see({ issues: [], comments: [{ issueId: "1", comments: [edited], isComplete: false }] });
      expect(hashes.size).toBe(4);
      expect(
        await see({ issues: [], comments: [{ issueId: "1", comments: [someComment(1)], isComplete: true }] }),
      ).toBe(one);
      expect(await see({ issues: [], comments: [{ issueId: "1", comments: [], isComplete: true }] })).toBe(
        none,
      );
      const retitled = later(labelled, { body: `${labelled.body}!` });
      expect(await see({ issues: [retitled] })).not.toBe(none);
    });

    test("does not depend on the order in which comments came", async () => {
      const db = await open();
      const all = Array.from({ length: 12 }, (_, n) => someComment(n));
      const set = (issueId: string, comments: typeof all) => ({ issueId, comments, isComplete: false });
      await save(db, { issues: [someIssue("1", { title: "T", body: "B" })], comments: [set("1", all)] });
      const { textHash } = await find(db, "1");
      await save(db, { issues: [], comments: [{ issueId: "1", comments: [], isComplete: true }] });
      for (const comment of all.toReversed()) await save(db, { issues: [], comments: [set("1", [comment])] });
      expect((await find(db, "1")).textHash).toBe(textHash);
      expect((await listCommentRows(db, (await find(db, "1")).rowId)).map(({ id }) => id)).toEqual(
        all.map(({ id }) => id),
      );
    });

    test("follows both issues when a comment moves from one to the other", async () => {
      const db = await open();
      await save(db, {
        issues: [someIssue("1"), someIssue("2")],
        comments: [{ issueId: "1", comments: [someComment(1)], isComplete: false }],
      });
      const [one, two] = [await find(db, "1"), await find(db, "2")];
      await save(db, {
        issues: [],
        comments: [{ issueId: "2", comments: [someComment(1)], isComplete: false }],
      });
      expect((await find(db, "1")).textHash).not.toBe(one.textHash);
      expect((await find(db, "2")).textHash).not.toBe(two.textHash);
      expect(await listCommentRows(db, one.rowId)).toEqual([]);
    });

    test("covers five thousand comments", async () => {
      const db = await open();
      const comments = Array.from({ length: 5000 }, (_, n) => someComment(n));
      const saved = await save(db, {
        issues: [someIssue("1", { commentCount: 5000 })],
        comments: [{ issueId: "1", comments, isComplete: true }],
      });
      expect(saved.comments).toBe(5000);
      const before = await find(db, "1");
      expect(await listCommentRows(db, before.rowId)).toHaveLength(5000);
      const changed = { ...someComment(4321), body: "Other." };
      await save(db, { issues: [], comments: [{ issueId: "1", comments: [changed], isComplete: false }] });
      expect((await find(db, "1")).textHash).not.toBe(before.textHash);
    });
  });

  describe("comments", () => {
    test("of an issue that is not kept are left out", async () => {
      const db = await open();
      const comments = [{ issueId: "none", comments: [someComment(1)], isComplete: true }];
      expect(await save(db, { issues: [], comments })).toMatchObject({ comments: 0 });
    });

    test("that the tracker counts otherwise are asked for until they were read whole", async () => {
      const db = await open();
      const unsettled = async () =>
        (await listUnsettledRows(db, LEASE, { after: 0, limit: 10 })).map(({ id }) => id);
      const counted = someIssue("1", { commentCount: 2 });
      await save(db, { issues: [counted, someIssue("2", { commentCount: 0 }), someIssue("3")] });
      expect(await unsettled()).toEqual(["1"]);
      const one = [{ issueId: "1", comments: [someComment(1)], isComplete: true }];
      await save(db, { issues: [], comments: one });
      expect(await unsettled()).toEqual([]);
      await save(db, { issues: [later(counted, { commentCount: 3 })] });
      expect(await unsettled()).toEqual(["1"]);
    });
  });

  describe("the lease of a project", () => {
    test("belongs to one at a time, and to another when it is released, runs out or its owner is dead", async () => {
      const db = await open();
      const other = { ...LEASE, ...KIND, owner: "other" };
      expect(await leaseProject(db, { ...LEASE, ...KIND })).toMatchObject({ reader: "me" });
      expect(await leaseProject(db, other)).toMatchObject({ reader: "me" });
      await releaseProject(db, LEASE, { kind: "failed", error: "no" });
      expect(await leaseProject(db, other)).toMatchObject({ reader: "other", lastError: "no" });
      expect(await leaseProject(db, { ...LEASE, ...KIND, dead: "other" })).toMatchObject({ reader: "me" });
      await releaseProject(db, LEASE, { kind: "read" });
      await leaseProject(db, { ...other, forMs: -1 });
      expect(await leaseProject(db, { ...LEASE, ...KIND })).toMatchObject({ reader: "me" });
      expect(await renewProjectLease(db, other)).toBe(false);
      expect(await renewProjectLease(db, LEASE)).toBe(true);
    });

    test("that was lost saves nothing more", async () => {
      const db = await open();
      await leaseProject(db, { ...LEASE, ...KIND, forMs: -1 });
      await leaseProject(db, { ...LEASE, ...KIND, owner: "other" });
      const page = { issues: [someIssue("1")], comments: [], cursor: "1", isAnew: false };
      await expect(saveChanges(db, LEASE, page)).rejects.toMatchObject({ code: "sync_incomplete" });
      await expect(markProject(db, LEASE, { synced: true })).rejects.toMatchObject({
        code: "sync_incomplete",
      });
      expect(await listIssueRows(db)).toEqual([]);
    });

    test("keeps a page and its cursor together", async () => {
      const db = await open();
      await leaseProject(db, { ...LEASE, ...KIND });
      const page = { issues: [someIssue("1")], comments: [], cursor: "c1", isAnew: false };
      await saveChanges(db, LEASE, page);
      const broken = { ...page, issues: [someIssue("2", { commentCount: 2 ** 40 })], cursor: "c2" };
      await expect(saveChanges(db, LEASE, broken)).rejects.toThrow();
      expect(await db.rows("SELECT cursor FROM project")).toEqual([{ cursor: "c1" }]);
      await markProject(db, LEASE, { sweep: "walk", forgetCursor: true });
      const [row] = await db.rows("SELECT cursor, sweep, synced_at FROM project");
      expect(row).toEqual({ cursor: null, sweep: "walk", synced_at: null });
    });

    test("begins anew when the name belongs to another vendor by now", async () => {
      const db = await open();
      await leaseProject(db, { ...LEASE, ...KIND });
      await saveChanges(db, LEASE, { issues: [], comments: [], cursor: "c1", isAnew: false });
      const row = await leaseProject(db, { ...LEASE, kind: "gitlab" });
      expect(row).toMatchObject({ kind: "gitlab", sweep: "walk" });
      expect(row).not.toHaveProperty("cursor");
    });
  });

  describe("a tombstone", () => {
    test("is shown nowhere and revived on sight", async () => {
      const db = await open();
      await leaseProject(db, { ...LEASE, ...KIND });
      await save(db, { issues: [someIssue("1")] });
      const { rowId } = await find(db, "1");
      expect(await tombstoneIssue(db, { ...LEASE, project: "q" }, { rowId }).catch(() => false)).toBe(false);
      expect(await tombstoneIssue(db, LEASE, { rowId, movedTo: "q#1" })).toBe(true);
      expect(await tombstoneIssue(db, LEASE, { rowId })).toBe(false);
      expect(await findIssueRow(db, { key: "p#1" })).toBeUndefined();
      expect(await listIssueRows(db)).toEqual([]);
      expect(await save(db, { issues: [someIssue("1")] })).toMatchObject({ changed: 1 });
      expect(await findIssueRow(db, { key: "p#1" })).toMatchObject({ rowId });
    });
  });
});
