import { expect, test } from "vitest";
import { silentLog } from "#base";
import { syncProjects } from "#sync";
import { scriptTracker, smallWorld } from "../../support/scripted-tracker.ts";
import { buildFixture, startProgram } from "../../support/start-source.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";
import { keptIn } from "../../support/world-in-store.ts";

describeStores("a process that is killed while it reads", (_open, _kind, create) => {
  test("leaves every page whole, and the next one goes on behind it", { timeout: 180_000 }, async () => {
    const program = await buildFixture("sync-reader");
    const store = await create();
    const read = (how: object) => run(program, store, how);
    // Each run goes on behind the last page that was kept, and dies a page or two later.
    for (const dieBefore of [1, 2, 3, 3, 3, 3, 3]) expect(await read({ dieBefore })).toBe("SIGKILL");
    for (const dieAfterMs of [0, 5, 20]) await read({ dieAfterMs, full: true });
    expect(await read({})).toMatchObject({ outcome: "read", swept: true });

    const db = await store.open();
    const kept = await keptIn(db);
    await db.rows("TRUNCATE issue, project CASCADE");
    await syncProjects([scriptTracker(smallWorld())], { db, log: silentLog });
    expect(kept).toEqual(await keptIn(db));
  });

  test("and one of two at once hinders nobody", { timeout: 120_000 }, async () => {
    const program = await buildFixture("sync-reader");
    const store = await create();
    const [one, two] = await Promise.all([run(program, store, {}), run(program, store, { dieBefore: 2 })]);
    expect([one, two]).toContainEqual(
      expect.objectContaining({ outcome: expect.stringMatching(/read|busy/) }),
    );
    expect(await run(program, store, {})).toMatchObject({ outcome: "read" });
    const db = await store.open();
    expect(await db.rows("SELECT count(*)::int AS n FROM issue")).toEqual([{ n: 10 }]);
  });
});

/** The report of a reader, or the signal that ended it. */
async function run(program: string, { home, url }: TestStore, how: object): Promise<unknown> {
  const { ended, lines } = startProgram(program, [JSON.stringify({ home, url, ...how })]);
  const status = await ended;
  return status === 0 ? JSON.parse(lines[0]!) : status;
}
