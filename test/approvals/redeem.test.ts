import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { Db } from "#store";
import { describeStores } from "../support/stores.ts";
import { never, newCall, newScene, newSession, pass, preconditions, type Scene } from "./support.ts";

const reply = {
  kind: "result",
  text: `{"content":[{"type":"text","text":"12345678901234567890"}]}`,
} as const;

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid!;
}

async function parked(scene: Scene): Promise<string> {
  const { id } = await scene.ask();
  await scene.caller.park(id);
  return id;
}

/** Another process of the same client, user and directory, after the first one. */
function successor(db: Db, scene: Scene, changes: Partial<Scene["session"]> = {}): Scene {
  const { id: _, ...same } = scene.session;
  return newScene(db, { session: newSession({ ...same, ...changes }) });
}

describeStores("a parked approval", (open) => {
  test("is picked up by the same call of the same session, and runs once when approved meanwhile", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    const again = await scene.caller.redeem(newCall(scene.session));
    expect(again).toMatchObject({ kind: "open", approval: { id, status: "approved" } });
    expect((await scene.caller.begin(id, preconditions)).run).toBe(true);
    await scene.caller.finish(id, reply, true);
    await scene.caller.delivered(id);
    expect(await scene.caller.redeem(newCall(scene.session))).toBeUndefined();
  });

  test("is waited for again while it is pending", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({
      kind: "open",
      approval: { id },
    });
    const waiting = scene.caller.waitForDecision(id, { untilMs: 3_600_000, signal: never });
    await scene.approve(id);
    expect(await waiting).toMatchObject({ status: "approved" });
  });

  test("gives its recorded outcome, byte for byte, until it was delivered", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    await scene.caller.begin(id, preconditions);
    await scene.caller.finish(id, reply, true);
    for (let look = 0; look < 2; look++)
      expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({
        kind: "final",
        outcome: reply,
      });
    await scene.caller.delivered(id);
    expect(await scene.caller.redeem(newCall(scene.session))).toBeUndefined();
    expect(await scene.db.rows("SELECT outcome FROM approval")).toEqual([{ outcome: null }]);
  });

  test("that was denied or has expired says so once", async () => {
    const scene = newScene(await open());
    const denied = await parked(scene);
    await scene.deciders.decide({ id: denied, decider: "bo", verdict: "deny", reason: "no" });
    const answer = await scene.caller.redeem(newCall(scene.session));
    expect(answer).toMatchObject({ kind: "final", approval: { id: denied, status: "denied", reason: "no" } });
    await scene.caller.delivered(denied);
    const expired = await parked(scene);
    await pass(scene.db, expired, "deadline");
    expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({
      kind: "final",
      approval: { id: expired, status: "expired" },
    });
    await scene.caller.delivered(expired);
    expect(await scene.caller.redeem(newCall(scene.session))).toBeUndefined();
  });

  test("that ran when its process died says so, and is not run again [S-31]", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    await scene.caller.begin(id, preconditions);
    await pass(scene.db, id, "lease_until");
    expect(await scene.deciders.get(id)).toMatchObject({ status: "unknown" });
    expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({
      kind: "final",
      approval: { id, status: "unknown" },
    });
    expect((await scene.caller.begin(id, preconditions)).run).toBe(false);
  });

  test.for<[what: string, change: Parameters<typeof newCall>[1]]>([
    ["other arguments", { argsText: `{"path":"/tmp/b","text":"hello"}` }],
    ["another tool", { tool: "append" }],
    ["another server", { server: "other" }],
  ])("is not picked up by a call with %s [S-26]", async ([, change]) => {
    const scene = newScene(await open());
    await scene.approve(await parked(scene));
    expect(await scene.caller.redeem(newCall(scene.session, change))).toBeUndefined();
  });

  test("is void when the tool's definition changed, so that the caller asks anew [S-32]", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    const changed = newCall(scene.session, { definitionDigest: "definition-2" });
    expect(await scene.caller.redeem(changed)).toBeUndefined();
    expect(await scene.deciders.get(id)).toMatchObject({ status: "superseded" });
    expect(await scene.caller.redeem(newCall(scene.session))).toBeUndefined();
  });

  test("redeemed twice at once begins once, and the other sees it through to its end", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    const both = await Promise.all([1, 2].map(() => scene.caller.redeem(newCall(scene.session))));
    expect(both).toMatchObject([{ approval: { id } }, { approval: { id } }]);
    const begun = await Promise.all([
      scene.caller.begin(id, preconditions),
      scene.caller.begin(id, preconditions),
    ]);
    const loser = begun.find(({ run }) => !run)!;
    expect(begun.filter(({ run }) => run)).toHaveLength(1);
    expect(loser.approval.status).toBe("running");
    expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({ kind: "open" });
    const waiting = scene.caller.waitForDecision(id, { untilMs: 3_600_000, signal: never });
    await scene.caller.finish(id, reply, true);
    expect(await waiting).toMatchObject({ status: "executed" });
    expect(await scene.caller.redeem(newCall(scene.session))).toMatchObject({
      kind: "final",
      outcome: reply,
    });
  });

  test("has a twin, and two repeated calls pick up one each", async () => {
    const scene = newScene(await open());
    const ids = [await parked(scene), await parked(scene)];
    const both = await Promise.all([1, 2].map(() => scene.caller.redeem(newCall(scene.session))));
    expect(both.map((redeemed) => redeemed!.approval.id).sort()).toEqual(ids.sort());
  });

  test("is redeemed by a new process of the same client in the same directory once the old one has ended", async () => {
    const db = await open();
    const scene = newScene(db);
    const id = await parked(scene);
    const next = successor(db, scene);
    expect(await next.caller.redeem(newCall(next.session))).toBeUndefined();
    await scene.caller.leave();
    expect(await next.caller.redeem(newCall(next.session))).toMatchObject({
      kind: "open",
      approval: { id, session: next.session },
    });
    await scene.approve(id);
    expect((await scene.caller.begin(id, preconditions)).run).toBe(false);
    expect((await next.caller.begin(id, preconditions)).run).toBe(true);
  });

  test("is redeemed at once when the old process is dead, lease or no lease [S-31]", async () => {
    const db = await open();
    const dead = newScene(db, { pid: await deadPid() });
    const id = await parked(dead);
    const next = successor(db, dead);
    expect(await next.caller.redeem(newCall(next.session))).toMatchObject({ kind: "open", approval: { id } });
  });

  test("that a dead process was running becomes unknown, however long its successor waits", async () => {
    const db = await open();
    const dead = newScene(db, { pid: await deadPid() });
    const id = await parked(dead);
    await dead.approve(id);
    await dead.caller.begin(id, preconditions);
    const { caller, session } = successor(db, dead);
    expect(await caller.redeem(newCall(session))).toMatchObject({ approval: { id, status: "running" } });
    expect(await caller.waitForDecision(id, { untilMs: 1, signal: never })).toMatchObject({
      status: "running",
    });
    await pass(db, id, "lease_until");
    const waited = await caller.waitForDecision(id, { untilMs: 3_600_000, signal: never });
    expect(waited).toMatchObject({ status: "unknown" });
  });

  test("is redeemed by one of two successors", async () => {
    const db = await open();
    const scene = newScene(db);
    await parked(scene);
    await scene.caller.leave();
    const heirs = [successor(db, scene), successor(db, scene)];
    const got = await Promise.all(heirs.map(({ caller, session }) => caller.redeem(newCall(session))));
    expect(got.filter((redeemed) => redeemed !== undefined)).toHaveLength(1);
  });

  test.for<[what: string, change: Partial<Scene["session"]>]>([
    ["client", { client: "another" }],
    ["directory", { cwd: "/elsewhere" }],
    ["user", { user: "local:mallory" }],
  ])("is not redeemed by a process of another %s [S-35]", async ([, change]) => {
    const db = await open();
    const scene = newScene(db);
    await scene.approve(await parked(scene));
    await scene.caller.leave();
    const other = successor(db, scene, change);
    expect(await other.caller.redeem(newCall(other.session))).toBeUndefined();
  });

  test("of an HTTP session, or of another machine, has no successor", async () => {
    const db = await open();
    for (const options of [{ kind: "http" }, { host: "elsewhere" }]) {
      const scene = newScene(db, options);
      await parked(scene);
      await scene.caller.leave();
      const next = successor(db, scene);
      expect(await next.caller.redeem(newCall(next.session))).toBeUndefined();
    }
  });

  test("with an outcome of another day is no answer to a call of today", async () => {
    const scene = newScene(await open());
    const id = await parked(scene);
    await scene.approve(id);
    await scene.caller.begin(id, preconditions);
    await scene.caller.finish(id, reply, true);
    await scene.db.rows("UPDATE approval SET finished_at = finished_at - interval '25 hours'");
    expect(await scene.caller.redeem(newCall(scene.session))).toBeUndefined();
  });
});
