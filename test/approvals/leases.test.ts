import { beforeAll, expect, test } from "vitest";
import { createDeciderSide } from "#approvals";
import type { Db } from "#store";
import { buildFixture, type Started, startProgram } from "../support/start-source.ts";
import { describeStores, type TestStore } from "../support/stores.ts";
import { newCall, newScene, newSession, until } from "./support.ts";

let program: string;
beforeAll(async () => {
  program = await buildFixture("approvals-holder");
});

// Long enough for a holder that a busy machine makes wait.
const leaseMs = 5_000;
const slow = { timeout: 120_000 };

async function hold(store: TestStore, ...work: string[]): Promise<{ holder: Started; ids: string[] }> {
  const { url, home } = store;
  const holder = startProgram(program, [JSON.stringify({ store: { url, home }, leaseMs, work })]);
  await until(async () => holder.lines.length >= work.length);
  const ids = work.map((kind) => holder.lines.find((line) => line.startsWith(`${kind} `))!.split(" ")[1]!);
  return { holder, ids };
}

/** Waits until the store's clock is past the lease that the approval has now. */
async function outlive(db: Db, id: string): Promise<void> {
  const [row] = await db.rows<{ lease_until: string }>(
    "SELECT lease_until::text FROM approval WHERE id = $1",
    [id],
  );
  await until(async () => {
    const [{ past }] = (await db.rows<{ past: boolean }>(
      "SELECT clock_timestamp() > $1::timestamptz AS past",
      [row!.lease_until],
    )) as [{ past: boolean }];
    return past;
  });
}

describeStores("a process that holds approvals", (_open, _kind, create) => {
  test("keeps them alive beyond the first lease, and its death cancels what waits", slow, async () => {
    const store = await create();
    const db = await store.open();
    const { holder, ids } = await hold(store, "wait");
    const [id] = ids as [string];
    const deciders = createDeciderSide({ db });
    await outlive(db, id);
    expect(await deciders.get(id)).toMatchObject({ status: "pending" });
    holder.process.kill("SIGKILL");
    await holder.ended;
    await until(async () => (await deciders.get(id)).status === "cancelled");
    await expect(deciders.decide({ id, decider: "bo", verdict: "approve" })).rejects.toMatchObject({
      code: "approval_cancelled",
    });
  });

  test("leaves what it was running as unknown when it is killed", slow, async () => {
    const store = await create();
    const db = await store.open();
    const { holder, ids } = await hold(store, "run");
    const [id] = ids as [string];
    const deciders = createDeciderSide({ db });
    await deciders.decide({ id, decider: "bo", verdict: "approve" });
    await until(async () => holder.lines.includes(`running ${id}`));
    await outlive(db, id);
    expect(await deciders.get(id)).toMatchObject({ status: "running" });
    holder.process.kill("SIGKILL");
    await until(async () => (await deciders.get(id)).status === "unknown");
  });

  test("leaves what it parked to its successor, at once [S-31]", slow, async () => {
    const store = await create();
    const db = await store.open();
    const { holder, ids } = await hold(store, "park");
    const next = newScene(db, { session: newSession() });
    expect(await next.caller.redeem(newCall(next.session))).toBeUndefined();
    holder.process.kill("SIGKILL");
    await holder.ended;
    expect(await next.caller.redeem(newCall(next.session))).toMatchObject({
      kind: "open",
      approval: { id: ids[0], session: next.session },
    });
  });
});
