import { expect, test } from "vitest";
import { codeOf } from "#base";
import { describeStores } from "../support/stores.ts";

describeStores("the store", (open) => {
  test("returns the rows of a statement with parameters", async () => {
    const db = await open();
    expect(await db.rows("SELECT $1::int + 1 AS sum, $2::text AS word", [41, "ä"])).toEqual([
      { sum: 42, word: "ä" },
    ]);
  });

  test("keeps all of a transaction, or nothing", async () => {
    const db = await open();
    const write = (key: string) => (tx: typeof db | Parameters<Parameters<typeof db.transaction>[0]>[0]) =>
      tx.rows("INSERT INTO setting (key, value) VALUES ($1, 'x')", [key]);
    await db.transaction(write("kept"));
    await expect(
      db.transaction(async (tx) => {
        await write("lost")(tx);
        throw new Error("second thoughts");
      }),
    ).rejects.toThrow("second thoughts");
    expect(await db.rows("SELECT key FROM setting")).toEqual([{ key: "kept" }]);
  });

  test("asks again when a statement was rolled back for another's sake, and not for ever", async () => {
    const db = await open();
    await db.rows("CREATE SEQUENCE tries");
    await db.rows(`CREATE FUNCTION deadlocked(times int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= times THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
      RETURN 'x'; END $$`);
    const insert = (key: string, times: number) =>
      db.rows("INSERT INTO setting (key, value) SELECT $1, deadlocked($2)", [key, times]);
    try {
      await insert("kept", 2);
      await expect(insert("lost", 1_000)).rejects.toMatchObject({ code: "40P01" });
      expect(await db.rows("SELECT key FROM setting")).toEqual([{ key: "kept" }]);
    } finally {
      await db.rows("DROP FUNCTION deadlocked");
      await db.rows("DROP SEQUENCE tries");
    }
  });

  test("says what Postgres says about the SQL, with its code", async () => {
    const db = await open();
    const insert = () => db.rows("INSERT INTO setting (key, value) VALUES ('one', '1')");
    await insert();
    expect(codeOf(await insert().catch((error: unknown) => error))).toBe("23505");
  });

  test("refuses to call a transaction committed that Postgres rolled back", async () => {
    const db = await open();
    const swallowing = db.transaction(async (tx) => {
      await tx.rows("INSERT INTO setting (key, value) VALUES ('a', '1')");
      await tx.rows("SELECT 1/0").catch(() => {});
    });
    await expect(swallowing).rejects.toThrow("rolled back");
    expect(await db.rows("SELECT * FROM setting")).toEqual([]);
  });

  test("refuses a query that comes after its transaction", async () => {
    const db = await open();
    const tx = await db.transaction(async (inside) => inside);
    await expect(tx.rows("SELECT 1")).rejects.toThrow("after its transaction");
  });

  test("runs the statements of one transaction in order even when they are asked for at once", async () => {
    const db = await open();
    const ids = await db.transaction((tx) =>
      Promise.all([1, 2, 3].map((n) => tx.rows<{ n: number }>("SELECT $1::int AS n", [n]))),
    );
    expect(ids.flat().map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  test("carries a parameter of 20 MB both ways", async () => {
    const db = await open();
    const big = "ü".repeat(10 << 20);
    const [row] = await db.rows<{ big: string }>("SELECT $1::text AS big", [big]);
    expect(row?.big === big).toBe(true);
  });

  test("hears what other connections say, after a first call to look", async () => {
    const db = await open();
    const heard: (string | undefined)[] = [];
    const stop = await db.listen("news", (payload) => heard.push(payload));
    await db.rows("SELECT pg_notify('news', 'one')");
    await expect.poll(() => heard).toEqual([undefined, "one"]);
    await stop();
    await db.rows("SELECT pg_notify('news', 'two')");
    await db.listen("news", (payload) => heard.push(payload && `again ${payload}`));
    await db.rows("SELECT pg_notify('news', 'three')");
    await expect.poll(() => heard).toEqual([undefined, "one", undefined, "again three"]);
  });
});
