import { expect, test } from "vitest";
import { createApprovalDecisions, createLiveGrants } from "#approvals";
import type { Db } from "#store";
import { stopOwner } from "../../support/embedded.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";
import { askDecision, never, newCall, newScene, plainWorkflow, preconditions, until } from "../support.ts";

const reply = { kind: "result", text: `{"content":[]}` } as const;

/** The store dies under everybody: its process, or each of its connections. */
async function cut(store: TestStore, db: Db): Promise<void> {
  if (store.kind === "embedded") return stopOwner(store.home);
  await db.rows(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
}

// A store that starts twice takes its time on a busy machine.
const slow = { timeout: 120_000 };

describeStores("when the store dies for a moment", (_open, _kind, _create, createNew) => {
  test("a wait goes on, and ends with the decision", slow, async () => {
    const store = await createNew();
    const { caller, ask, db } = newScene(await store.open());
    const other = await store.open();
    const { id } = await ask();
    const waiting = caller.waitForDecision(id, { untilMs: 3_600_000, signal: never });
    await cut(store, other);
    const deciders = createApprovalDecisions({ db: other });
    await until(() =>
      deciders.decide({ id, decider: "bo", verdict: "approve" }).then(
        () => true,
        () => false,
      ),
    );
    expect(await waiting).toMatchObject({ status: "approved" });
    expect((await caller.begin(id, preconditions)).run).toBe(true);
    await cut(store, db);
    await caller.finish(id, reply, true);
    // The deciders' connection was cut as well, and may be noticed only now.
    await until(() =>
      deciders.get(id).then(
        ({ status }) => status === "executed",
        () => false,
      ),
    );
  });

  test("grants are heard of again", slow, async () => {
    const store = await createNew();
    const scene = newScene(await store.open());
    const holds = createLiveGrants({ db: await store.open() });
    await holds.ready;
    await cut(store, scene.db);
    const { id } = await until(() => scene.ask().catch(() => undefined));
    const grant = { scope: "tool", lifetime: { kind: "session" } } as const;
    await scene.deciders.decide({ id, decider: "bo", verdict: "approve", grant });
    await until(async () => holds.grantFor(newCall(scene.session), askDecision, plainWorkflow));
    await holds.close();
  });
});
