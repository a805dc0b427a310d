import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import type { Db } from "#store";
import { syncProjects } from "#sync";
import { createTracker, type Tracker, type TrackerConfig } from "#trackers";
import { DIALECTS, type TrackerServer } from "../../e2e/support/tracker-servers.ts";
import { describeStores } from "../../support/stores.ts";
import { keptIn } from "../../support/world-in-store.ts";
import type { Fault } from "../../trackers/servers/faults.ts";
import { quickTime } from "../../trackers/support/time.ts";

const FAULTS: readonly Fault[] = [
  { kind: "answer", status: 500 },
  { kind: "answer", status: 502, body: "Bad Gateway" },
  { kind: "page" },
  { kind: "page", status: 503 },
  { kind: "cut" },
  { kind: "hang-up", when: "before" },
  { kind: "hang-up", when: "after" },
  { kind: "answer", status: 429, headers: { "retry-after": "1" } },
  { kind: "answer", status: 403, headers: { "retry-after": "1" } },
  { kind: "answer", status: 403, body: { message: "Forbidden" } },
];

let server: TrackerServer;
afterEach(async () => {
  await server.served.close();
  expect(server.served.violations).toEqual([]);
});

describeStores("a sync with a tracker that has bad days", (open) => {
  describe.each(Object.keys(DIALECTS))("%s", (dialect) => {
    test("ends with the same as on a good day", { timeout: 240_000 }, async () => {
      server = await DIALECTS[dialect]!();
      const db = await open();
      const tracker = await createTracker("work", server.config as TrackerConfig, { time: quickTime() });
      expect(await read(db, tracker)).toBe(true);
      const expected = await keptIn(db);
      await db.rows("TRUNCATE issue, project CASCADE");

      const calm = misbehave();
      for (let runs = 1; runs < 60 && !(await read(db, tracker)); ) runs++;
      expect(calm()).toBeGreaterThan(1);
      expect(await keptIn(db)).toEqual(expected);
      tracker.close();
    });
  });
});

async function read(db: Db, tracker: Tracker): Promise<boolean> {
  return (await syncProjects([tracker], { db, log: silentLog })).isComplete;
}

/** Of the pages about every second one has a bad day, of all else one in a while, and each time another one; then how many it were. */
function misbehave(): () => number {
  const { faults } = server.served;
  const take = faults.take;
  let requests = 0;
  let next = 0;
  faults.take = ({ path }) => {
    requests++;
    const isBad = server.pages.test(path) ? requests % 2 === 0 : requests % 41 === 0;
    return isBad ? FAULTS[next++ % FAULTS.length] : undefined;
  };
  return () => {
    faults.take = take;
    return next;
  };
}
