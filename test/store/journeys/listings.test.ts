import { expect, test } from "vitest";
import {
  type Db,
  findSession,
  forgetLogin,
  leaseProject,
  listPins,
  listProjectRows,
  listSessions,
  type NewPin,
  notePins,
  readLogin,
  registerSession,
  saveLogin,
} from "#store";
import { describeStores } from "../../support/stores.ts";

// Names that sort in one way by their bytes, in another by UTF-16, and in a third in most languages.
const NAMES = ["B", "_", "a", "ä", "\u{e000}", "\u{1f600}"];

const session = (id: string, leaseMs = 60_000) => ({
  id,
  kind: "stdio",
  client: "claude-code",
  clientVersion: "2.1",
  user: "local:ana",
  host: "laptop",
  pid: 7,
  cwd: "/home/ana",
  leaseMs,
});

const approval = (db: Db, id: string, sessionId: string, status: string) =>
  db.rows(
    `INSERT INTO approval (id, call_id, session_id, server, tool, name, definition_digest, proposed_args, proposed_digest,
       effective_args, effective_digest, rule, risk, policy_version, workflow, deadline, lease_until, status)
     VALUES ($1, $1, $2, 's', 't', 's__t', 'd', '{}', 'd', '{}', 'd', 'r', 'low', 'p', '{}', now(), now(), $3)`,
    [id, sessionId, status],
  );

describeStores("a listing", (open) => {
  test("of sessions has those that live, oldest first, with their approvals by status", async () => {
    const db = await open();
    for (const id of ["s1", "s2", "s3", "s4"]) await registerSession(db, session(id));
    await db.rows("UPDATE session SET started_at = now() - interval '1 hour' WHERE id = 's4'");
    await db.rows("UPDATE session SET started_at = '2026-11-23T08:00:00Z' WHERE id IN ('s1', 's2')");
    await db.rows("UPDATE session SET ended_at = now() WHERE id = 's3'");
    await db.rows("UPDATE session SET lease_until = '2026-11-23T08:00:30.123456Z' WHERE id = 's1'");
    await registerSession(db, { ...session("s5"), address: "10.0.0.7", isClaimed: true });
    await db.rows("UPDATE session SET frozen_at = '2026-11-23T09:00:00Z', frozen_by = 'bo' WHERE id = 's5'");
    const statuses = ["executed", "pending", "executed"];
    for (const [at, status] of statuses.entries()) await approval(db, `a${at}`, "s2", status);
    await approval(db, "a9", "s1", "denied");

    const { leaseMs: _, ...facts } = session("s2");
    const startedAt = new Date("2026-11-23T08:00:00Z");
    expect((await listSessions(db, false)).map(({ id }) => id)).toEqual(["s2", "s4", "s5"]);
    const [first, ended, , , frozen] = await sessionsByPlace(db, ["s2", "s1", "s4", "s3", "s5"]);
    expect(first).toEqual({ ...facts, startedAt, counts: { executed: 2, pending: 1 } });
    expect(ended).toEqual({
      ...facts,
      ...{ id: "s1", startedAt, endedAt: new Date("2026-11-23T08:00:30.123Z"), counts: { denied: 1 } },
    });
    expect(frozen).toMatchObject({
      ...{ address: "10.0.0.7", isClaimed: true, counts: {} },
      ...{ frozenAt: new Date("2026-11-23T09:00:00Z"), frozenBy: "bo" },
    });
    expect((await listSessions(db, true)).map(({ id }) => id)).toEqual(["s1", "s2", "s4", "s3", "s5"]);
    expect(await findSession(db, "s6")).toBeUndefined();
  });

  test("of pins goes by server, kind and name, and what was seen first comes first", async () => {
    const db = await open();
    const pin = (server: string, kind: NewPin["kind"], tool: string, digest = "1"): NewPin => ({
      ...{ server, kind, tool, digest, name: tool, definition: `{"n": ${digest}}`, flags: ["odd"] },
      isHeld: false,
    });
    const sorted = [
      ...NAMES.map((name) => pin(name, "tool", "x")),
      ...NAMES.map((name) => pin("\u{1f601}", "tool", name)),
      pin("\u{1f601}", "instructions", ""),
      pin("\u{1f601}", "resource", "a"),
      pin("\u{1f601}", "template", "a", "2"),
      pin("\u{1f601}", "template", "a", "1"),
    ];
    await notePins(db, sorted.slice(0, -1).reverse());
    await notePins(db, sorted.slice(-1));
    await db.rows("UPDATE pin SET first_seen_at = first_seen_at - interval '1 s' WHERE digest = '2'");
    const listed = await listPins(db);
    expect(listed.map(placeOf)).toEqual(sorted.map(placeOf));
    expect(listed[0]).toEqual({
      ...{
        server: "B",
        kind: "tool",
        tool: "x",
        digest: "1",
        name: "x",
        definition: '{"n": 1}',
        flags: ["odd"],
      },
      ...{ firstSeenAt: expect.any(Date), acceptedAt: expect.any(Date), acceptedBy: "first use" },
    });
    expect(listed.at(-1)).not.toHaveProperty("acceptedAt");
    expect(listed.at(-1)).not.toHaveProperty("acceptedBy");
  });

  test("of projects goes by tracker and name, and says who reads one now", async () => {
    const db = await open();
    const claim = (tracker: string, project: string, forMs = 60_000) =>
      leaseProject(db, { tracker, project, kind: "jira", owner: "process 7", forMs });
    for (const name of [...NAMES].reverse()) await claim("b", name, -1);
    await claim("B", "x");
    await db.rows(
      "UPDATE project SET synced_at = '2026-11-23T08:00:00Z', sweep = 'list' WHERE tracker = 'B'",
    );
    const listed = await listProjectRows(db);
    expect(listed.map(({ tracker, project }) => [tracker, project])).toEqual([
      ["B", "x"],
      ...NAMES.map((name) => ["b", name]),
    ]);
    expect(listed[0]).toEqual({
      ...{ tracker: "B", project: "x", kind: "jira", sweep: "list", reader: "process 7" },
      syncedAt: new Date("2026-11-23T08:00:00Z"),
    });
    expect(listed[1]).toEqual({ tracker: "b", project: "B", kind: "jira" });
  });
});

describeStores("a login", (open) => {
  test("is forgotten once, and those of others and elsewhere stay", async () => {
    const db = await open();
    const keys = [
      { user: "ana", url: "https://a.test" },
      { user: "ana", url: "https://b.test" },
      { user: "bo", url: "https://a.test" },
    ] as const;
    for (const key of keys) await saveLogin(db, key, "sealed");
    expect(await forgetLogin(db, keys[0])).toBe(true);
    expect(await forgetLogin(db, keys[0])).toBe(false);
    const left = await Promise.all(keys.map((key) => readLogin(db, key)));
    expect(left.map((login) => login?.sealed)).toEqual([undefined, "sealed", "sealed"]);
  });
});

function sessionsByPlace(db: Db, ids: readonly string[]) {
  return Promise.all(ids.map((id) => findSession(db, id)));
}

function placeOf({ server, kind, tool, digest }: Pick<NewPin, "server" | "kind" | "tool" | "digest">) {
  return [server, kind, tool, digest];
}
