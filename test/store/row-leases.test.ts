import { expect, test } from "vitest";
import type { Db } from "#store";
import { createRowLeases, type SqlPart } from "../../src/store/row-leases.ts";
import { describeStores } from "../support/stores.ts";

const leases = createRowLeases({
  table: "leased_work",
  key: ["place", "number"],
  owner: "worker",
  until: "worker_until",
});

const KEY = ["here", 1] as const;
const MINE = { key: KEY, owner: "me", forMs: 60_000 };
const THEIRS = { ...MINE, owner: "other" };
const PAST = { forMs: -1 };

describeStores("the lease of a row", (open) => {
  const openWork = async () => {
    const db = await open();
    await db.rows(`CREATE TABLE leased_work (place text, number int, state text NOT NULL DEFAULT 'new', worker text,
      worker_until timestamptz, PRIMARY KEY (place, number))`);
    await db.rows("INSERT INTO leased_work (place, number) VALUES ('here', 1), ('here', 2), ('there', 1)");
    return db;
  };
  const holders = async (db: Db) =>
    (
      await db.rows<{ holder: string | null }>(
        `SELECT ${leases.holder} AS holder FROM leased_work ORDER BY place, number`,
      )
    ).map(({ holder }) => holder);

  test("belongs to one at a time, who may ask again, and touches no other row", async () => {
    const db = await openWork();
    expect(await leases.acquire(db, MINE)).toBeDefined();
    expect(await leases.acquire(db, THEIRS)).toBeUndefined();
    expect(await leases.acquire(db, MINE)).toBeDefined();
    expect(await holders(db)).toEqual(["me", null, null]);
    expect(await leases.acquire(db, { ...THEIRS, key: ["nowhere", 1] })).toBeUndefined();
  });

  test("goes to one alone of many that ask at once", async () => {
    const db = await openWork();
    const asked = Array.from({ length: 20 }, (_, at) => leases.acquire(db, { ...MINE, owner: `${at}` }));
    expect((await Promise.all(asked)).filter((row) => row !== undefined)).toHaveLength(1);
  });

  test("goes to another when it runs out, is released, or its owner is known to be dead", async () => {
    const db = await openWork();
    await leases.acquire(db, { ...MINE, ...PAST });
    expect(await holders(db)).toEqual([null, null, null]);
    expect(await leases.acquire(db, THEIRS)).toBeDefined();
    await leases.release(db, MINE);
    expect(await holders(db)).toEqual(["other", null, null]);
    await leases.release(db, THEIRS);
    expect(await holders(db)).toEqual([null, null, null]);
    await leases.acquire(db, THEIRS);
    expect(await leases.acquire(db, MINE, { heirOf: "a third" })).toBeUndefined();
    expect(await leases.acquire(db, MINE, { heirOf: "other" })).toBeDefined();
  });

  test("is renewed by its owner alone, also when it has run out and nobody took it", async () => {
    const db = await openWork();
    await leases.acquire(db, { ...MINE, ...PAST });
    expect(await leases.renew(db, THEIRS)).toBe(false);
    expect(await leases.renew(db, MINE)).toBe(true);
    expect(await holders(db)).toEqual(["me", null, null]);
  });

  test("holds the row until the end of the transaction that renews it", async () => {
    const db = await openWork();
    await leases.acquire(db, { ...MINE, ...PAST });
    const order: string[] = [];
    let taken: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      expect(await leases.renew(tx, { ...MINE, ...PAST })).toBe(true);
      taken = leases.acquire(db, THEIRS).then((row) => order.push(row ? "taken" : "refused"));
      await tx.rows("SELECT pg_sleep(0.05)");
      order.push("written");
    });
    await taken;
    expect(order).toEqual(["written", "taken"]);
  });

  test("is taken and given back together with what is written about the work", async () => {
    const db = await openWork();
    const isNew: SqlPart = (bind) => `state = ${bind("new")}`;
    const begin: SqlPart = (bind) => `state = ${bind("begun")}`;
    const returning = "number, state, worker";
    const row = await leases.acquire(db, MINE, { where: isNew, set: begin, returning });
    expect(row).toEqual({ number: 1, state: "begun", worker: "me" });
    expect(await leases.acquire(db, MINE, { where: isNew, set: begin })).toBeUndefined();
    await leases.release(db, MINE, (bind) => `state = ${bind("done")}`);
    expect(await db.rows("SELECT state FROM leased_work WHERE state <> 'new'")).toEqual([{ state: "done" }]);
  });
});
