import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { isAlive, silentLog } from "#base";
import { connectStore } from "#store";
import { applyMigrations, lockMigrations, migrate } from "../../../src/store/schema/migrate.ts";
import { makeHome, ownersOf, removeHome } from "../../support/embedded.ts";
import { buildFixture, type Started, startProgram } from "../../support/start-source.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";

const PROCESSES = 8;
// `npm run test:long` looks longer; the count is small because every round keeps eight processes busy.
const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 3);

const started: Started[] = [];
afterEach(async () => {
  for (const one of started) one.process.kill("SIGKILL");
  await Promise.all(started.splice(0).map((one) => one.ended));
});

async function startAll(fixture: string, argsOf: (n: number) => string): Promise<readonly Started[]> {
  const program = await buildFixture(fixture);
  const all = Array.from({ length: PROCESSES }, (_, n) => startProgram(program, [argsOf(n)]));
  started.push(...all);
  return all;
}

/** Eight processes that write rows to a store; see test/fixtures/store/writer.ts. */
function startWriters({ home, url }: TestStore, rows?: number): Promise<readonly Started[]> {
  return startAll("store/writer", (n) => JSON.stringify({ home, url, rows, name: `w${n}` }));
}

/** How many rows the store has acknowledged to a writer. */
const acknowledged = ({ lines }: Started) => lines.filter((line) => /^\d+$/.test(line)).length;

describeStores("a store that eight processes open at once", (_open, kind, _create, createNew) => {
  test("is migrated once, and serves them all", { timeout: 120_000 }, async () => {
    const store = await createNew();
    const writers = await startWriters(store, 5);
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => 0));
    const db = await store.open();
    expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: PROCESSES * 5 }]);
    const [applied] = await db.rows<{ all: number; names: number }>(
      'SELECT count(*)::int AS "all", count(DISTINCT migration_name)::int AS names FROM _prisma_migrations',
    );
    expect(applied?.all).toBe(applied?.names);
    if (kind === "embedded") expect(ownersOf(store.home).filter(isAlive)).toHaveLength(1);
  });

  if (kind === "postgres")
    test("is not migrated twice by whoever waited for its turn", async () => {
      const { url, home } = await createNew();
      const [first, second] = await Promise.all(
        [1, 2].map(() => connectStore({ url, home, log: silentLog })),
      );
      // So little that the server has no reason to send the waiting one news of its catalog.
      const migrations = [{ name: "1_small", sql: "CREATE TABLE small ()", checksum: "x" }];
      let waiting: Promise<readonly string[]>;
      await first!.transaction(async (tx) => {
        await lockMigrations(tx);
        waiting = migrate(second!, migrations);
        waiting.catch(() => {}); // is looked at below
        const sql =
          "SELECT FROM pg_locks JOIN pg_database ON database = pg_database.oid WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()";
        await expect.poll(() => tx.rows(sql)).toHaveLength(1);
        await applyMigrations(tx, migrations);
      });
      expect(await waiting!).toEqual([]);
      await Promise.all([first!.close(), second!.close()]);
    });

  if (kind !== "embedded") return;

  test(`loses no acknowledged row when its owner is killed, ${ROUNDS} times`, {
    timeout: 60_000 + ROUNDS * 60_000,
  }, async () => {
    const store = await createNew();
    const writers = await startWriters(store);
    for (let round = 0; round < ROUNDS; round++) {
      const before = writers.map(acknowledged);
      const haveGoneOn = () => writers.every((writer, n) => acknowledged(writer) > before[n]!);
      await expect.poll(haveGoneOn, { timeout: 60_000 }).toBe(true);
      await sleep(Math.random() * 300);
      const owners = ownersOf(store.home).filter(isAlive);
      expect(owners).toHaveLength(1);
      process.kill(owners[0]!, "SIGKILL");
    }
    for (const writer of writers) writer.process.kill("SIGKILL");
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => "SIGKILL"));
    const db = await store.open();
    const rows = await db.rows<{ key: string }>("SELECT key FROM setting");
    const kept = new Set(rows.map(({ key }) => key));
    const lost = writers.flatMap((writer, w) =>
      Array.from({ length: acknowledged(writer) }, (_, n) => `w${w}-${n}`).filter((key) => !kept.has(key)),
    );
    expect(lost).toEqual([]);
    expect(ownersOf(store.home).length).toBeGreaterThan(ROUNDS);
  });
});

describe("a home that eight processes want to own", () => {
  test(`has exactly one owner, ${ROUNDS} times over what the last one left`, {
    timeout: 30_000 + ROUNDS * 20_000,
  }, async () => {
    const home = await makeHome();
    const run = path.join(home, "run");
    mkdirSync(run, { mode: 0o700 });
    for (let round = 0; round < ROUNDS; round++) {
      const claimers = await startAll("store/claimer", () => run);
      await expect
        .poll(() => claimers.every(({ lines }) => lines.length > 0), { timeout: 20_000 })
        .toBe(true);
      expect(claimers.filter(({ lines }) => lines[0] === "owner")).toHaveLength(1);
      for (const { process } of claimers) process.kill("SIGKILL");
      await Promise.all(claimers.map(({ ended }) => ended));
    }
    await removeHome(home);
  });
});
