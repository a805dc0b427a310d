import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { checkSecretKey, noteLiveStore, readLiveStores, readStoreStatus, shownUrl } from "#store";
import { describeStores } from "../support/stores.ts";

describeStores("the secret key of a store", (open) => {
  test("is that of the first process, and another one is refused", async () => {
    const db = await open();
    await checkSecretKey(db, "first key, thirty-two bytes long!");
    await checkSecretKey(db, Buffer.from("first key, thirty-two bytes long!"));
    await expect(checkSecretKey(db, "another key")).rejects.toMatchObject({ code: "secret_mismatch" });
    const settings = JSON.stringify(await db.rows("SELECT * FROM setting"));
    expect(settings).not.toContain("first key");
  });

  test("is one key when many processes are first", async () => {
    const db = await open();
    const keys = ["a", "b", "a", "b", "a", "b"];
    const answers = await Promise.allSettled(keys.map((key) => checkSecretKey(db, key)));
    const welcome = new Set(keys.filter((_, n) => answers[n]?.status === "fulfilled"));
    expect(welcome.size).toBe(1);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });
});

describeStores("the state of a store", (open, kind) => {
  test("tells its schema and its rows", async () => {
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('a', '1')");
    const status = await readStoreStatus(db);
    expect(status).toMatchObject({ kind, store: db.shown, pending: [], rows: { setting: 1, approval: 0 } });
    expect(status.applied.length).toBeGreaterThan(0);
    expect(status.bytes).toBeGreaterThan(1_000_000);
  });
});

describe("live sessions", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "preloop-live-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test("note their store until they end, for their user alone", () => {
    const takeBack = noteLiveStore(home, "postgresql://ana@db/preloop", silentLog);
    const also = noteLiveStore(home, "the embedded store in /home/ana", silentLog);
    const stores = () => readLiveStores(home).map(({ store }) => store);
    expect(new Set(stores())).toEqual(
      new Set(["postgresql://ana@db/preloop", "the embedded store in /home/ana"]),
    );
    const [file] = readdirSync(path.join(home, "live"));
    expect(statSync(path.join(home, "live", file!)).mode & 0o077).toBe(0);
    takeBack();
    expect(readLiveStores(home)).toMatchObject([
      { pid: process.pid, store: "the embedded store in /home/ana" },
    ]);
    also();
    expect(readLiveStores(home)).toEqual([]);
  });

  test("that died, and notes that are none, are forgotten", () => {
    noteLiveStore(home, "postgresql://ana@db/preloop", silentLog);
    const [name = ""] = readdirSync(path.join(home, "live"));
    const note = readFileSync(path.join(home, "live", name), "utf8");
    writeFileSync(path.join(home, "live", "dead.json"), note.replace(String(process.pid), "4194999"));
    writeFileSync(path.join(home, "live", "junk.json"), "junk");
    expect(readLiveStores(home)).toHaveLength(1);
    expect(readdirSync(path.join(home, "live"))).toEqual([name]);
  });

  test("are none where there is no home, and a home that cannot be written is no reason to fail", () => {
    expect(readLiveStores("/nonexistent/home")).toEqual([]);
    const file = path.join(home, "file");
    writeFileSync(file, "");
    expect(() => noteLiveStore(file, "x", silentLog)()).not.toThrow();
  });
});

describe("a database URL", () => {
  test.for([
    [
      "postgresql://ana:secret@db.acme.dev:5433/preloop?sslmode=require",
      "postgresql://ana@db.acme.dev:5433/preloop",
    ],
    ["postgres://ana:s%40cret@db/preloop", "postgresql://ana@db/preloop"],
    ["postgresql+psycopg://postgres:postgres@localhost/preloop", "postgresql://postgres@localhost/preloop"],
    ["postgresql+asyncpg://db/x?password=secret&user=ana", "postgresql://ana@db/x"],
    ["postgresql:///preloop?host=/run/postgresql", "postgresql:///preloop?host=/run/postgresql"],
    ["postgresql://ana:secret@db:port/x", "an unreadable DATABASE_URL"],
  ] as const)("%s is shown without its secrets", ([url, shown]) => {
    expect(shownUrl(url)).toBe(shown);
  });
});
