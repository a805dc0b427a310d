import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { useRawClients } from "../../support/raw-client.ts";
import { describeStores } from "../../support/stores.ts";

// What a Postgres server gives for free, the gateway has to keep up over one session: every case runs on both.
describeStores("two connections", (_open, _kind, create) => {
  const connect = useRawClients();
  const pair = async (): Promise<readonly [Client, Client]> => {
    const store = await create();
    await store.open();
    return [await connect(store), await connect(store)];
  };
  const rowsOf = async (client: Client, sql: string, values?: unknown[]) =>
    (await client.query(sql, values)).rows;

  test("may prepare different statements under one name", async () => {
    const [a, b] = await pair();
    const ask = (client: Client, n: number) =>
      client.query({ name: "same", text: `SELECT ${n} AS n, $1::int AS p`, values: [n * 10] });
    const answers = [];
    for (const [client, n] of [
      [a, 1],
      [b, 2],
      [a, 1],
      [b, 2],
    ] as const)
      answers.push((await ask(client, n)).rows[0]);
    expect(answers).toEqual([
      { n: 1, p: 10 },
      { n: 2, p: 20 },
      { n: 1, p: 10 },
      { n: 2, p: 20 },
    ]);
  });

  test("may prepare statements whose long names differ at their end only", async () => {
    const [a] = await pair();
    const name = (end: string) => `statement ${"x".repeat(44)} ${end}`;
    for (const end of ["a", "b"])
      expect((await a.query({ name: name(end), text: `SELECT '${end}' AS it` })).rows).toEqual([{ it: end }]);
  });

  test("asking at once get their own answers", async () => {
    const clients = await pair();
    const wrong: unknown[] = [];
    await Promise.all(
      clients.map(async (client, which) => {
        for (let n = 0; n < 100; n++) {
          const [row] = await rowsOf(client, "SELECT $1::int AS which, $2::int AS n", [which, n]);
          if (row.which !== which || row.n !== n) wrong.push(row);
        }
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("keep their settings apart", async () => {
    const [a, b] = await pair();
    await a.query("SET work_mem = '7MB'");
    await a.query("SELECT set_config('preloop.test', 'mine', false)");
    expect(await rowsOf(b, "SHOW work_mem")).not.toEqual([{ work_mem: "7MB" }]);
    expect(await rowsOf(b, "SELECT coalesce(current_setting('preloop.test', true), '') AS v")).toEqual([
      { v: "" },
    ]);
    expect(await rowsOf(a, "SHOW work_mem")).toEqual([{ work_mem: "7MB" }]);
    await a.query("RESET work_mem");
    expect(await rowsOf(a, "SHOW work_mem")).toEqual(await rowsOf(b, "SHOW work_mem"));
  });

  test("forget a setting that was rolled back, or never took", async () => {
    const [a, b] = await pair();
    await a.query("BEGIN");
    await a.query("SET work_mem = '9MB'");
    await a.query("ROLLBACK");
    await a.query("SET work_mem = 'nonsense'").catch(() => {});
    await a.query("/* a remark */ SET statement_timeout = '77s'; SELECT 1");
    await b.query("SELECT 1");
    expect(await rowsOf(a, "SHOW work_mem")).toEqual(await rowsOf(b, "SHOW work_mem"));
    expect(await rowsOf(a, "SHOW statement_timeout")).toEqual([{ statement_timeout: "77s" }]);
    expect(await rowsOf(b, "SHOW statement_timeout")).toEqual([{ statement_timeout: "0" }]);
  });

  test("go on after an error, also in the middle of a transaction", async () => {
    const [a, b] = await pair();
    await expect(a.query("SELECT 1 / $1::int", [0])).rejects.toThrow("division by zero");
    await a.query("BEGIN");
    await expect(a.query("SELECT nonsense")).rejects.toMatchObject({ code: "42703" });
    await expect(a.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
    await a.query("ROLLBACK");
    expect(await rowsOf(a, "SELECT 1 AS x")).toEqual(await rowsOf(b, "SELECT 1 AS x"));
  });

  test("see each other's changes after the commit, and never before", async () => {
    const [a, b] = await pair();
    await a.query("CREATE TABLE t (n int)");
    await a.query("BEGIN");
    await a.query("INSERT INTO t VALUES (1)");
    const seen = b.query("SELECT count(*)::int AS n FROM t");
    await sleep(50);
    await a.query("COMMIT");
    expect([0, 1]).toContain((await seen).rows[0].n);
    expect(await rowsOf(b, "SELECT count(*)::int AS n FROM t")).toEqual([{ n: 1 }]);
  });

  test("lose nothing when they add to one row together", async () => {
    const [a, b] = await pair();
    await a.query("CREATE TABLE purse (coins int)");
    await a.query("INSERT INTO purse VALUES (0)");
    const add = async (client: Client) => {
      for (let n = 0; n < 20; n++) {
        await client.query("BEGIN");
        const [row] = await rowsOf(client, "SELECT coins FROM purse FOR UPDATE");
        await client.query("UPDATE purse SET coins = $1", [row.coins + 1]);
        await client.query("COMMIT");
      }
    };
    await Promise.all([add(a), add(b)]);
    expect(await rowsOf(a, "SELECT coins FROM purse")).toEqual([{ coins: 40 }]);
  });

  test("are rid of the transaction of one that died", async () => {
    const store = await create();
    await store.open();
    const [a, b] = [await connect(store), await connect(store)];
    await a.query("CREATE TABLE t (n int)");
    await a.query("BEGIN");
    await a.query("INSERT INTO t VALUES (1)");
    (a as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await rowsOf(b, "SELECT count(*)::int AS n FROM t")).toEqual([{ n: 0 }]);
  });

  test("get the results of a text of many statements", async () => {
    const [a] = await pair();
    const results = (await a.query("SELECT 1 AS n; SELECT ';' AS s; -- done; really")) as unknown as {
      rows: unknown[];
    }[];
    expect(results.map(({ rows }) => rows[0])).toEqual([{ n: 1 }, { s: ";" }]);
  });

  test("hear notifications once they are committed, from triggers too, and only what they listen to", async () => {
    const [a, b] = await pair();
    const heard: string[] = [];
    b.on("notification", ({ channel, payload }) => heard.push(`${channel}:${payload}`));
    await b.query('LISTEN "Two Words"');
    await b.query("LISTEN plain");
    await a.query("BEGIN");
    await a.query("NOTIFY plain, 'undone'");
    await a.query("ROLLBACK");
    await a.query("NOTIFY other, 'not for you'");
    await a.query("NOTIFY \"Two Words\", 'quoted'");
    await a.query(`CREATE TABLE t (word text);
      CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_notify('plain', NEW.word); RETURN NEW; END$$;
      CREATE TRIGGER tell AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell()`);
    await a.query("INSERT INTO t VALUES ('from a trigger')");
    await expect.poll(() => heard).toEqual(["Two Words:quoted", "plain:from a trigger"]);
  });

  test("keep listening when another one stops, or dies", async () => {
    const store = await create();
    await store.open();
    const [a, b, c] = [await connect(store), await connect(store), await connect(store)];
    const heard: (string | undefined)[] = [];
    b.on("notification", ({ payload }) => heard.push(payload));
    for (const client of [a, b, c]) await client.query("LISTEN news");
    await a.query("UNLISTEN news");
    await c.end();
    await a.query("NOTIFY news, 'one'");
    await a.query("UNLISTEN *");
    await a.query("NOTIFY news, 'two'");
    await expect.poll(() => heard).toEqual(["one", "two"]);
  });

  test("do not hear a channel whose LISTEN was rolled back", async () => {
    const [a, b] = await pair();
    const heard: (string | undefined)[] = [];
    b.on("notification", ({ channel }) => heard.push(channel));
    await b.query("BEGIN");
    await b.query("LISTEN undone");
    await b.query("ROLLBACK");
    await b.query("LISTEN done");
    await a.query("NOTIFY undone");
    await a.query("NOTIFY done");
    await expect.poll(() => heard).toEqual(["done"]);
  });

  test("get 200,000 rows without losing a byte", async () => {
    const [a] = await pair();
    const rows = await rowsOf(a, "SELECT n, md5(n::text) AS m FROM generate_series(1, 200000) AS n");
    expect(rows).toHaveLength(200_000);
    expect(rows.at(-1)).toEqual({ n: 200_000, m: "03e6c61603f6c550ab49ab6a2d83f793" });
  });
});
