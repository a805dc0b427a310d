import { beforeAll, expect, test } from "vitest";
import { createApprovalDecisions } from "#approvals";
import type { Db } from "#store";
import { buildFixture, type Started, startProgram } from "../../support/start-source.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";
import { newCall, newScene, newSession, until } from "../support.ts";

let program: string;
beforeAll(async () => {
  program = await buildFixture("approvals-holder");
});

// Long enough for a holder that a busy machine makes wait.
const leaseMs = 9_000;
const slow = { timeout: 120_000 };

async function hold(store: TestStore, ...work: string[]): Promise<{ holder: Started; ids: string[] }> {
  const { url, home } = store;
  const holder = startProgram(program, [JSON.stringify({ store: { url, home }, leaseMs, work })]);
  await until(async () => holder.lines.length >= work.length);
  const ids = work.map((kind) => holder.lines.find((line) => line.startsWith(`${kind} `))!.split(" ")[1]!);
  return { holder, ids };
}

async function leaseOf(db: Db, id: string): Promise<string> {
  const [row] = await db.rows<{ lease_until: string }>(
    "SELECT lease_until::text FROM approval WHERE id = $1",
    [id],
  );
  return row!.lease_until;
}

/** The approvals' leases have run out: nobody is left to renew them. */
async function runOut(db: Db, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await db.rows("UPDATE approval SET lease_until = clock_timestamp() WHERE id = $1", [id]);
}

describeStores("a process that holds approvals", (_open, _kind, create) => {
  test(
    "renews what waits and what runs; its death cancels the one and leaves the other unknown",
    slow,
    async () => {
      const store = await create();
      const db = await store.open();
      const { holder, ids } = await hold(store, "wait", "run");
      const [waits, runs] = ids as [string, string];
      const deciders = createApprovalDecisions({ db });
      await deciders.decide({ id: runs, decider: "bo", verdict: "approve" });
      await until(async () => holder.lines.includes(`running ${runs}`));
      const first = await Promise.all(ids.map((id) => leaseOf(db, id)));
      // Timestamps in one zone and of one length compare as text.
      await until(async () =>
        (await Promise.all(ids.map((id) => leaseOf(db, id)))).every((is, at) => is > first[at]!),
      );
      expect(await deciders.get(waits)).toMatchObject({ status: "pending" });
      expect(await deciders.get(runs)).toMatchObject({ status: "running" });
      holder.process.kill("SIGKILL");
      await holder.ended;
      expect(await deciders.get(waits)).toMatchObject({ status: "pending" });
      await runOut(db, ids);
      await until(async () => (await deciders.get(waits)).status === "cancelled");
      await until(async () => (await deciders.get(runs)).status === "unknown");
      await expect(deciders.decide({ id: waits, decider: "bo", verdict: "approve" })).rejects.toMatchObject({
        code: "approval_cancelled",
      });
    },
  );

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
