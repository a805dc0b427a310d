import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, expect, test } from "vitest";
import { compileFixture } from "../support/compile.ts";
import { isAlive, ownersOf } from "../support/embedded.ts";
import { describeStores, type TestStore } from "../support/stores.ts";
import { startWriter, type Writer } from "../support/writers.ts";

const PROCESSES = 8;
// PRELOOP_TEST_ROUNDS=50 for a long look; the count is small because every round starts eight processes.
const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 3);

let program: string;
beforeAll(async () => {
  program = await compileFixture("store/writer.ts");
});

describeStores("a store that eight processes open at once", (_open, kind, _create, createNew) => {
  const writers: Writer[] = [];
  afterEach(() => {
    for (const { child } of writers.splice(0)) child.kill("SIGKILL");
  });

  const start = ({ home, url }: TestStore, rows?: number) => {
    const started = Array.from({ length: PROCESSES }, (_, n) =>
      startWriter(program, { home, name: `w${n}`, ...(url && { url }), ...(rows && { rows }) }),
    );
    writers.push(...started);
    return started;
  };

  test("is migrated once, and serves them all", { timeout: 120_000 }, async () => {
    const store = await createNew();
    const started = start(store, 5);
    for (const writer of started) expect([await writer.ended(), writer.complaints()]).toEqual([0, ""]);
    const db = await store.open();
    expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: PROCESSES * 5 }]);
    const [applied] = await db.rows<{ all: number; names: number }>(
      'SELECT count(*)::int AS "all", count(DISTINCT migration_name)::int AS names FROM _prisma_migrations',
    );
    expect(applied?.all).toBe(applied?.names);
    if (kind === "embedded") expect(ownersOf(store.home).filter(isAlive)).toHaveLength(1);
  });

  if (kind !== "embedded") return;

  test(`loses no acknowledged row when its owner is killed, ${ROUNDS} times`, {
    timeout: 60_000 + ROUNDS * 60_000,
  }, async () => {
    const store = await createNew();
    const started = start(store);
    for (let round = 0; round < ROUNDS; round++) {
      const before = started.map((writer) => writer.acknowledged());
      await expect
        .poll(() => started.every((writer, n) => writer.acknowledged() > before[n]!), { timeout: 60_000 })
        .toBe(true);
      await sleep(Math.random() * 300);
      const owners = ownersOf(store.home).filter(isAlive);
      expect(owners).toHaveLength(1);
      process.kill(owners[0]!, "SIGKILL");
    }
    for (const { child } of started) child.kill("SIGKILL");
    await Promise.all(started.map((writer) => writer.ended()));
    const db = await store.open();
    const rows = await db.rows<{ key: string }>("SELECT key FROM setting");
    const kept = new Set(rows.map(({ key }) => key));
    const lost = started.flatMap(({ name, acknowledged }) =>
      Array.from({ length: acknowledged() }, (_, n) => `${name}-${n}`).filter((key) => !kept.has(key)),
    );
    expect(lost).toEqual([]);
    expect(started.map((writer) => writer.complaints()).join("")).toBe("");
    expect(ownersOf(store.home).length).toBeGreaterThan(ROUNDS);
  });
});
