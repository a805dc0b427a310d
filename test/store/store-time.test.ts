import { expect, test } from "vitest";
import { createApprovalDecisions, createLiveGrants } from "#approvals";
import type { Db } from "#store";
import { askDecision, newCall, newScene, plainWorkflow } from "../approvals/support.ts";
import { describeStores } from "../support/stores.ts";

const HOUR = 3_600_000;

/** Has the store's clock gone back by so much: it was seen to show that much more than it does now. */
async function setBack(db: Db, ms: number): Promise<void> {
  await db.rows(
    `INSERT INTO setting (key, value)
     VALUES ('clock.highest', (extract(epoch FROM clock_timestamp()) + $1::float8 / 1000)::text)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [ms],
  );
}

/** How much time the store gives a thing, in minutes, as its rows say and its clock shows now. */
async function minutesLeft(db: Db, table: string, column: string): Promise<number> {
  const [row] = await db.rows<{ minutes: number }>(
    `SELECT (extract(epoch FROM ${column} - clock_timestamp()) / 60)::float8 AS minutes FROM "${table}"`,
  );
  return Math.round(row!.minutes);
}

const overAnHour = { workflow: { ...plainWorkflow, timeoutMs: 3 * HOUR } };

describeStores("a store whose clock went back", (open, _kind, create) => {
  test("keeps a question overdue that was overdue, for whoever looks or decides [S-78]", async () => {
    const scene = newScene(await open());
    const { id } = await scene.ask();
    await setBack(scene.db, HOUR);
    await expect(scene.approve(id)).rejects.toMatchObject({ code: "approval_expired" });
    expect((await scene.deciders.get(id)).status).toBe("expired");
  });

  test("lets nothing run that was approved and is overdue [S-78]", async () => {
    const scene = newScene(await open());
    const { id } = await scene.ask();
    await scene.approve(id);
    await setBack(scene.db, HOUR);
    const { runApproval } = await import("#store");
    const claim = { id, sessionId: scene.session.id, definitionDigest: "definition-1", leaseMs: 30_000 };
    expect(await runApproval(scene.db, claim)).toBe(false);
  });

  test("keeps links used up by time, and grants at their end [S-78]", async () => {
    const store = await create();
    const scene = newScene(await store.open());
    const link = await scene.ask({}, overAnHour);
    const token = await scene.deciders.mintLink(link.id, "local:bo", HOUR / 4);
    const { id } = await scene.ask({ argsText: `{"path":"/b"}` });
    const grant = { scope: "tool", lifetime: { kind: "for", ms: HOUR / 2 } } as const;
    await scene.deciders.decide({ id, decider: "local:bo", verdict: "approve", grant });
    await setBack(scene.db, HOUR);
    // The first look moves everything back; the second finds it where it was moved.
    for (const db of [await store.open(), await store.open()]) {
      const deciders = createApprovalDecisions({ db });
      await expect(deciders.readLink(link.id, token)).rejects.toMatchObject({ code: "link_unknown" });
      expect(await deciders.grants()).toEqual([]);
      const liveGrants = createLiveGrants({ db });
      await liveGrants.ready;
      expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toBeUndefined();
      await liveGrants.close();
    }
  });

  test("gives what was not over the time that it had left, and no more [S-78]", async () => {
    const store = await create();
    const scene = newScene(await store.open());
    const { id } = await scene.ask({}, overAnHour);
    await scene.caller.park(id);
    await setBack(scene.db, 2 * HOUR);
    expect((await createApprovalDecisions({ db: await store.open() }).get(id)).status).toBe("pending");
    expect(await minutesLeft(scene.db, "approval", "deadline")).toBe(60);
    // Once is enough: whoever looks next finds a clock that tells the time.
    await createApprovalDecisions({ db: await store.open() }).get(id);
    expect(await minutesLeft(scene.db, "approval", "deadline")).toBe(60);
    await scene.approve(id);
  });

  test.for([
    ["a day", 24 * HOUR],
    ["a thousand years", 8_766_000 * HOUR],
    ["a hundred thousand years", 876_600_000 * HOUR],
  ] as const)("is not spoilt by having been ahead by %s [S-78]", async ([, ms]) => {
    const store = await create();
    const before = newScene(await store.open());
    const old = await before.ask({}, overAnHour);
    await setBack(before.db, ms);
    // Asked before anybody noticed, and after.
    const early = await before.ask({ argsText: `{"path":"/early"}` });
    const after = newScene(await store.open());
    const late = await after.ask({ argsText: `{"path":"/late"}` });
    expect((await after.deciders.get(old.id)).status).toBe("expired");
    for (const { id } of [early, late]) {
      const [row] = await after.db.rows<{ left: number }>(
        "SELECT extract(epoch FROM deadline - clock_timestamp())::float8 AS left FROM approval WHERE id = $1",
        [id],
      );
      expect(Math.round(row!.left / 60)).toBe(15);
      expect((await after.approve(id)).status).toBe("approved");
    }
  });

  test("notes the time as it goes on, however many look at once [S-78]", async () => {
    const store = await create();
    const db = await store.open();
    await setBack(db, -HOUR);
    const all = await Promise.all(Array.from({ length: 5 }, () => store.open()));
    await Promise.all(all.map((each) => createApprovalDecisions({ db: each }).list()));
    const [row] = await db.rows<{ behind: number }>(
      `SELECT (extract(epoch FROM clock_timestamp()) - value::float8)::float8 AS behind FROM setting
       WHERE key = 'clock.highest'`,
    );
    expect(row!.behind).toBeLessThan(60);
  });

  test("moves everything once, however many find it out at once [S-78]", async () => {
    const store = await create();
    const scene = newScene(await store.open());
    const { id } = await scene.ask({}, overAnHour);
    await scene.caller.park(id);
    const all = await Promise.all(Array.from({ length: 5 }, () => store.open()));
    await setBack(scene.db, HOUR);
    await Promise.all(all.map((db) => createApprovalDecisions({ db }).get(id)));
    expect(await minutesLeft(scene.db, "approval", "deadline")).toBe(120);
  });
});
