import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isAlive, silentLog } from "#base";
import { type Db, openStore } from "#store";
import * as wire from "../../../src/store/embedded/wire.ts";
import { makeHome, ownersOf, removeHome } from "../../support/embedded.ts";
import { newestOwner, startDaemon, useRawClients } from "../../support/raw-client.ts";

describe("the embedded store's process", { timeout: 90_000 }, () => {
  const connect = useRawClients();
  let home: string;
  let daemon: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const opened: Db[] = [];

  const start = async (...options: string[]) => {
    daemon = await startDaemon(home, options);
    ended = once(daemon, "exit");
    return daemon;
  };
  const open = async () => {
    const db = await openStore({ home, log: silentLog });
    opened.push(db);
    return db;
  };

  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.close();
    daemon?.kill("SIGKILL");
    await removeHome(home);
  });

  test("leaves when nobody has been there for a while, and what was written stays", async () => {
    await start("--idle-ms", "3000");
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('kept', '1')");
    await db.close();
    await ended;
    expect(await (await open()).rows("SELECT key FROM setting")).toEqual([{ key: "kept" }]);
    expect(ownersOf(home)).toHaveLength(1); // the first one logged to us, the second one to the home
  });

  test("stays as long as a process has the store open", async () => {
    const first = await start("--idle-ms", "2000");
    const db = await open();
    for (let n = 0; n < 3; n++) {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    }
    expect(first.exitCode).toBe(null);
  });

  test("is started anew under a store that is open, and listening goes on", async () => {
    const first = await start();
    const db = await open();
    const heard: (string | undefined)[] = [];
    await db.listen("news", (payload) => heard.push(payload));
    first.kill("SIGKILL");
    await ended;
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([undefined, undefined]);
    await db.rows("SELECT pg_notify('news', 'again')");
    await expect.poll(() => heard).toEqual([undefined, undefined, "again"]);
  });

  test("asked to end, refuses what it has not begun, so that writes may be sent again", async () => {
    const first = await start();
    const db = await open();
    await db.rows("SELECT 1");
    first.kill("SIGTERM");
    const writes = Array.from({ length: 20 }, (_, n) =>
      db.rows("INSERT INTO setting (key, value) VALUES ($1, 'x')", [`row ${n}`]),
    );
    await Promise.all(writes);
    await ended;
    expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: 20 }]);
  });

  test("ends a transaction that is idle for too long, and everybody else goes on", async () => {
    await start("--idle-transaction-ms", "300");
    const db = await open();
    const idler = await connect({ home });
    const end = once(idler, "error");
    await idler.query("BEGIN");
    await idler.query("INSERT INTO setting (key, value) VALUES ('held', '1')");
    expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: 0 }]);
    expect((await end)[0]).toMatchObject({ code: "25P03" });
    const slow = db.transaction(async (tx) => {
      await tx.rows("SELECT 1");
      await new Promise((resolve) => setTimeout(resolve, 600));
      await tx.rows("SELECT 1");
    });
    await expect(slow).rejects.toMatchObject({ code: "25P03" });
  });

  test("is ended by its watchdog when a statement runs away, and the next one serves", {
    timeout: 120_000,
  }, async () => {
    await start("--statement-ms", "5000");
    const db = await open();
    const runaway = await connect({ home });
    const endless = "SELECT count(*) FROM generate_series(1, 2000000000) AS n WHERE md5(n::text) = 'x'";
    await expect(runaway.query(endless)).rejects.toThrow("terminated");
    expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("leaves when its socket is gone, so that there are never two", async () => {
    await start();
    const socket = readdirSync(path.join(home, "run")).find((name) => name.startsWith(".s.PGSQL."));
    rmSync(path.join(home, "run", socket!));
    await ended;
    expect(await (await open()).rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("vacuums and checkpoints once everybody is quiet", async () => {
    await start("--upkeep-ms", "300");
    const db = await open();
    const checkpoint = async () =>
      (await db.rows<{ at: string }>("SELECT redo_lsn AS at FROM pg_control_checkpoint()"))[0]?.at;
    const before = await checkpoint();
    await db.rows("INSERT INTO setting (key, value) SELECT n::text, 'x' FROM generate_series(1, 1000) AS n");
    await db.rows("SELECT pg_logical_emit_message(false, 'test', repeat('x', 40 << 20))"); // 40 MB of log
    await db.rows("DELETE FROM setting WHERE key::int > 100");
    const vacuumed = "SELECT count(*)::int AS n FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL";
    // Looking is work too, so it looks seldom enough to be quiet in between.
    await expect.poll(() => db.rows(vacuumed), { interval: 1_500, timeout: 60_000 }).toEqual([{ n: 1 }]);
    await expect.poll(checkpoint, { interval: 1_500, timeout: 60_000 }).not.toBe(before);
  });

  test("starts anew when it has grown too large, and nobody notices", async () => {
    const first = await start("--upkeep-ms", "300", "--memory-bytes", "1000000");
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('kept', '1')");
    await ended;
    expect(first.exitCode).toBe(0);
    expect(await db.rows("SELECT key FROM setting")).toEqual([{ key: "kept" }]);
  });

  test("gives a statement as much time as its connection asked for", async () => {
    await start("--statement-ms", "4000");
    await open();
    const client = await connect({ home });
    await client.query("SET statement_timeout = '60s'");
    const slow =
      "DO $$ DECLARE until timestamptz := clock_timestamp() + '5s'; BEGIN WHILE clock_timestamp() < until LOOP END LOOP; END $$";
    await client.query(slow);
    expect((await client.query("SHOW statement_timeout")).rows).toEqual([{ statement_timeout: "1min" }]);
  });

  test("serves others while a client does not read, and loses nothing of what that client is owed", async () => {
    await start();
    const db = await open();
    const port = newestOwner(home);
    const slow = net.connect(path.join(home, "run", `.s.PGSQL.${port}`));
    slow.pause();
    const ask = wire.simpleQuery("SELECT repeat('x', 4000000)");
    slow.write(Buffer.concat([wire.startup({ user: "postgres" }), ...Array.from({ length: 20 }, () => ask)]));
    for (let n = 0; n < 20; n++) expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    let bytes = 0;
    slow.on("data", (chunk) => {
      bytes += chunk.length;
    });
    slow.resume();
    await expect.poll(() => bytes, { timeout: 30_000 }).toBeGreaterThan(20 * 4_000_000);
    slow.destroy();
  });

  test("leaves to the one that is there", async () => {
    await start();
    await expect(startDaemon(home, [])).rejects.toThrow("the daemon left");
  });

  test("keeps everything in its home from other users", async () => {
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('a', '1')");
    // What is in pgdata, its own mode keeps.
    const all = [home, path.join(home, "run")].flatMap((folder) =>
      readdirSync(folder).map((name) => path.join(folder, name)),
    );
    expect(all.filter((file) => lstatSync(file).mode & 0o077)).toEqual([]);
    expect(all.length).toBeGreaterThan(3);
  });

  test("goes on from a first start that was cut short", async () => {
    mkdtempSync(path.join(home, "pgdata.new-"));
    writeFileSync(path.join(home, "pgdata.new-1"), "half made");
    const db = await open();
    expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(readdirSync(home).filter((name) => name.startsWith("pgdata.new"))).toEqual([]);
  });

  test("says what is wrong with data of another Postgres, and where the log is", async () => {
    const db = await open();
    await db.close();
    await removeOwner();
    writeFileSync(path.join(home, "pgdata", "PG_VERSION"), "17\n");
    await expect(open()).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringMatching(/made by Postgres 17.*db\.log/s),
    });
  });

  test("has nothing of its starter's environment", async () => {
    process.env.PRELOOP_TEST_SECRET = "do not pass on";
    try {
      await open();
    } finally {
      delete process.env.PRELOOP_TEST_SECRET;
    }
    const [owner] = ownersOf(home);
    const file = `/proc/${owner}/environ`;
    if (!existsSync(file)) return;
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(file, "utf8")).not.toContain("do not pass on");
  });

  async function removeOwner(): Promise<void> {
    for (const pid of ownersOf(home).filter(isAlive)) {
      process.kill(pid, "SIGTERM");
      await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    }
  }
});

describe("the embedded store", { timeout: 90_000 }, () => {
  const connect = useRawClients();
  let home: string;
  let db: Db;
  beforeAll(async () => {
    home = await makeHome();
    db = await openStore({ home, log: silentLog });
  });
  afterAll(async () => {
    await db.close();
    await removeHome(home);
  });

  test.for([
    ["COPY setting FROM STDIN", "COPY"],
    ["/* a remark */ copy setting from '/etc/passwd'", "COPY"],
    ["COPY setting TO PROGRAM 'cat'", "COPY"],
    ["SELECT 1; COPY setting FROM STDIN", "COPY"],
    ["PREPARE mine AS SELECT 1", "PREPARE"],
    ["DEALLOCATE ALL", "DEALLOCATE"],
    ["DISCARD ALL", "DISCARD"],
  ] as const)("refuses %s", async ([sql, name]) => {
    const client = await connect({ home });
    await expect(client.query(sql)).rejects.toThrow(`${name}`);
    await expect(
      client.query({ text: sql.replace(/^SELECT 1; /, ""), values: [], name: "n" }),
    ).rejects.toMatchObject({
      code: "0A000",
    });
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});
