import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { connectStore, type Db, dumpStore, restoreStore, saveIssues } from "#store";
import { ownTables } from "../../../src/store/dump/tables.ts";
import { makeHome, removeHome } from "../../support/embedded.ts";
import { someComment, someIssue } from "../../support/issues.ts";
import { describeStores } from "../../support/stores.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "preloop-dump-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ODD = "tab\t newline\n \\N \\. 'quotes' \"double\" ünïcödé \u{1f600} \u202e";

/** One row in every table, with values that are hard to carry. */
async function fill(db: Db): Promise<void> {
  await db.rows(
    `INSERT INTO session (id, client, client_version, "user", host, pid, cwd, lease_until) VALUES ('s', $1, '1', 'u', 'h', 1, '/', now())`,
    [ODD],
  );
  await db.rows(
    `INSERT INTO approval (id, call_id, session_id, server, tool, name, definition_digest, proposed_args, proposed_digest,
       effective_args, effective_digest, rule, risk, policy_version, workflow, deadline, lease_until)
     VALUES ('a', 'c', 's', 'x', 'y', 'x__y', 'd', $1, 'd', $1, 'd', 'r', 'low', 'v', $2, 'infinity', '2026-11-23 01:02:03.456789+05:30')`,
    ['{"big": 12345678901234567890, "one": 1.0}', JSON.stringify({ deep: [1, { odd: ODD }] })],
  );
  for (let n = 0; n < 450; n++)
    await db.rows(
      "INSERT INTO vote (approval_id, decider, verdict, arguments_digest, reason) VALUES ('a', $1, 'yes', 'd', NULL)",
      [`p${n}`],
    );
  await db.rows("INSERT INTO reveal (approval_id, person, arguments_digest) VALUES ('a', $1, 'd')", [ODD]);
  await db.transaction((tx) =>
    saveIssues(tx, {
      tracker: "t",
      issues: [
        someIssue("1", { body: ODD, labels: [ODD, "", "null"], links: [{ kind: "blocks", target: "p#2" }] }),
      ],
      comments: [{ issueId: "1", comments: [someComment(1, { body: ODD })], isComplete: true }],
    }),
  );
  await db.rows("INSERT INTO project (tracker, project, kind, cursor) VALUES ('t', 'p', 'github', $1)", [
    ODD,
  ]);
  await db.rows("INSERT INTO setting (key, value) VALUES ('big', repeat('x', 5000000)), ('odd', $1)", [ODD]);
}

const everything = async (db: Db) => {
  const tables = "session approval vote reveal setting issue issue_comment issue_link project".split(" ");
  const rows = tables.map((table) => db.rows(`SELECT t::text AS row FROM "${table}" AS t ORDER BY 1`));
  return Promise.all(rows);
};

describeStores("a dump", (open, _kind, create, createNew) => {
  test("fills an empty store with the very rows, and counters go on behind them", async () => {
    const db = await open();
    await fill(db);
    const file = path.join(folder, "all.ndjson");
    const report = await dumpStore(db, file);
    expect(report.tables).toMatchObject({ session: 1, approval: 1, vote: 450, setting: 2 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const target = await connectNew(await createNew());
    await expect(restoreStore(target, file, { force: false })).resolves.toEqual(report);
    expect(await everything(target)).toEqual(await everything(db));
    const [vote] = await target.rows<{ id: string }>(
      "INSERT INTO vote (approval_id, decider, verdict, arguments_digest) VALUES ('a', 'z', 'yes', 'd') RETURNING id",
    );
    expect(Number(vote?.id)).toBeGreaterThan(450);
    await target.transaction((tx) => saveIssues(tx, { tracker: "t", issues: [someIssue("2")] }));
    expect(await target.rows("SELECT count(*)::int AS n FROM issue")).toEqual([{ n: 2 }]);
    await target.close();
  });

  test("is compressed when its name ends in .gz", async () => {
    const db = await open();
    await fill(db);
    const file = path.join(folder, "all.gz");
    await dumpStore(db, file);
    expect(
      gunzipSync(await readFile(file))
        .toString()
        .split("\n")[0],
    ).toContain('"preloopDump":1');
    await expect(restoreStore(db, file, { force: true })).resolves.toMatchObject({ tables: { vote: 450 } });
  });

  test("does not touch a store that holds rows, unless told to replace them", async () => {
    const store = await create();
    const db = await store.open();
    await fill(db);
    const file = path.join(folder, "all");
    await dumpStore(db, file);
    await db.rows("UPDATE session SET client = 'newer'");
    await expect(restoreStore(db, file, { force: false })).rejects.toMatchObject({ code: "store_conflict" });
    expect(await db.rows("SELECT client FROM session")).toEqual([{ client: "newer" }]);
    await restoreStore(db, file, { force: true });
    expect(await db.rows("SELECT client FROM session")).toEqual([{ client: ODD }]);
    await db.rows("CREATE TABLE bystander (n int)");
    await restoreStore(db, file, { force: true });
    expect(await db.rows("SELECT * FROM bystander")).toEqual([]);
  });

  test("that is cut, changed or something else changes nothing", async () => {
    const db = await open();
    await fill(db);
    const before = await everything(db);
    const file = path.join(folder, "all");
    await dumpStore(db, file);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const [head = ""] = lines;
    const bad: Record<string, string | Buffer> = {
      cut: lines.slice(0, -1).join("\n"),
      "one row less": lines.filter((line) => !line.includes("p449")).join("\n"),
      "no JSON": `${head}\nwhat`,
      "not ours": '{"hello": 1}',
      empty: "",
      "strange table": [head, '{"table":"pg_authid","columns":["oid"]}', '["1"]', '{"rows":1}'].join("\n"),
      "cut.gz": gzipSync(lines.join("\n")).subarray(0, -20),
    };
    for (const [name, text] of Object.entries(bad)) {
      await writeFile(path.join(folder, name), text);
      const restored = restoreStore(db, path.join(folder, name), { force: true });
      await expect(restored, name).rejects.toMatchObject({ code: "usage" });
    }
    await expect(restoreStore(db, path.join(folder, "nowhere"), { force: true })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await everything(db)).toEqual(before);
  });

  test("by a newer preloop is refused", async () => {
    const db = await open();
    const file = path.join(folder, "all");
    await dumpStore(db, file);
    const text = (await readFile(file, "utf8")).replace(
      '"migrations":[',
      '"migrations":["29990101000000_future",',
    );
    await writeFile(file, text);
    await expect(restoreStore(db, file, { force: true })).rejects.toMatchObject({ code: "store_newer" });
  });

  test("goes to the other kind of store and back", async () => {
    const db = await open();
    await fill(db);
    const there = path.join(folder, "there");
    const back = path.join(folder, "back.gz");
    await dumpStore(db, there);
    const home = await makeHome();
    const other = await connectStore({ home, log: silentLog });
    try {
      await restoreStore(other, there, { force: false });
      await dumpStore(other, back);
    } finally {
      await other.close();
      await removeHome(home);
    }
    const before = await everything(db);
    await restoreStore(db, back, { force: true });
    expect(await everything(db)).toEqual(before);
  });

  async function connectNew({ url, home }: { url?: string; home: string }): Promise<Db> {
    return connectStore({ url, home, log: silentLog });
  }
});

describe("the tables that a restore may replace", () => {
  test("are the ones that the migrations make", () => {
    expect(ownTables()).toEqual(
      expect.arrayContaining(["session", "approval", "vote", "setting", "audit_record"]),
    );
  });
});
