import { expect, test } from "vitest";
import { createLiveGrants, type GrantRequest, type LiveGrants } from "#approvals";
import { PreloopError } from "#base";
import type { Decision, ToolCall, Workflow } from "#model";
import type { Db } from "#store";
import { describeStores } from "../../support/stores.ts";
import {
  askDecision,
  newCall,
  newScene,
  newSession,
  pass,
  plainWorkflow,
  preconditions as preconditionsNow,
  type Scene,
  until,
} from "../support.ts";

const forSession = { kind: "session" } as const;
const forAnHour = { kind: "for", ms: 3_600_000 } as const;

async function liveGrantsOn(db: Db): Promise<LiveGrants> {
  const liveGrants = createLiveGrants({ db });
  await liveGrants.ready;
  return liveGrants;
}

/** Approves a call of the scene with a grant, and waits until it holds. */
async function grant(
  scene: Scene,
  liveGrants: LiveGrants,
  request: GrantRequest,
  change: Partial<ToolCall> = {},
) {
  const { id } = await scene.ask(change);
  await scene.deciders.decide({ id, decider: "bo", verdict: "approve", grant: request });
  return until(async () => liveGrants.grantFor(newCall(scene.session, change), askDecision, plainWorkflow));
}

describeStores("a grant", (open) => {
  test("of the exact call covers that call and no other", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toBeUndefined();
    const given = await grant(scene, liveGrants, { scope: "exact", lifetime: forSession });
    expect(given).toMatchObject({ scope: "exact", sessionId: scene.session.id, createdBy: "bo", uses: 0 });
    const sameInAnotherOrder = newCall(scene.session, { argsText: `{"text":"hello", "path":"/tmp/a"}` });
    expect(liveGrants.grantFor(sameInAnotherOrder, askDecision, plainWorkflow)).toEqual(given);
    const other = newCall(scene.session, { argsText: `{"path":"/tmp/a","text":"hello "}` });
    expect(liveGrants.grantFor(other, askDecision, plainWorkflow)).toBeUndefined();
    await liveGrants.close();
  });

  test("of a tool covers no new tool, no other server's and no changed definition [S-40]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forAnHour });
    const covers = (change: Partial<ToolCall>) =>
      liveGrants.grantFor(newCall(scene.session, change), askDecision, plainWorkflow) !== undefined;
    expect(covers({ argsText: `{"path":"/anything"}` })).toBe(true);
    expect(covers({ tool: "delete", name: "files__delete" })).toBe(false);
    expect(covers({ server: "other" })).toBe(false);
    expect(covers({ definitionDigest: "definition-2" })).toBe(false);
    await liveGrants.close();
  });

  test("for the session covers no other session, client or directory [S-35]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forSession });
    for (const change of [{}, { client: "another" }, { cwd: "/elsewhere" }])
      expect(liveGrants.grantFor(newCall(newSession(change)), askDecision, plainWorkflow)).toBeUndefined();
    await scene.caller.leave();
    expect(await scene.deciders.grants()).toEqual([]);
    expect(await scene.deciders.grants({ all: true })).toHaveLength(1);
    await liveGrants.close();
  });

  test("for an hour covers the same user's later sessions, nobody else's, and ends", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forAnHour });
    expect(liveGrants.grantFor(newCall(newSession()), askDecision, plainWorkflow)).toBeDefined();
    expect(
      liveGrants.grantFor(newCall(newSession({ user: "local:mallory" })), askDecision, plainWorkflow),
    ).toBeUndefined();
    await scene.db.rows(`UPDATE "grant" SET until = now() - interval '1 s'`);
    const later = await liveGrantsOn(scene.db);
    expect(later.grantFor(newCall(newSession()), askDecision, plainWorkflow)).toBeUndefined();
    await Promise.all([liveGrants.close(), later.close()]);
  });

  test("ends by the clock, also in a process that hears of nothing", async () => {
    const scene = newScene(await open());
    let ticks = 1_000;
    const clock = { now: () => new Date(0), ticksMs: () => ticks };
    const liveGrants = createLiveGrants({ db: scene.db, clock });
    await liveGrants.ready;
    await grant(scene, liveGrants, { scope: "tool", lifetime: forAnHour });
    ticks += 3_599_000;
    expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toBeDefined();
    ticks += 2_000;
    expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toBeUndefined();
    await liveGrants.close();
  });

  test("is never used for a call of high risk, nor for one that policy denies", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forSession });
    const covers = (change: Partial<Decision>) =>
      liveGrants.grantFor(newCall(scene.session), { ...askDecision, ...change }, plainWorkflow) !== undefined;
    expect(covers({})).toBe(true);
    expect(covers({ risk: "high" })).toBe(false);
    expect(covers({ action: "deny" })).toBe(false);
    await liveGrants.close();
  });

  test.for<[why: string, decision: Partial<Decision>, quorum: number, request: GrantRequest, code: string]>([
    ["for high risk", { risk: "high" }, 1, { scope: "exact", lifetime: forSession }, "decision_refused"],
    ["where several people decide", {}, 2, { scope: "exact", lifetime: forSession }, "decision_refused"],
    ["by a pattern that names nothing", {}, 1, { scope: "pattern", lifetime: forSession }, "usage"],
    [
      "by a pattern that misses the call itself",
      {},
      1,
      { scope: "pattern", pattern: { path: "/etc/*" }, lifetime: forSession },
      "decision_refused",
    ],
    ["for no time at all", {}, 1, { scope: "tool", lifetime: { kind: "for", ms: 0 } }, "usage"],
  ])("%s is refused, and the vote with it", async ([, decision, quorum, request, code]) => {
    const scene = newScene(await open());
    const { id } = await scene.ask(
      {},
      { decision: { ...askDecision, ...decision }, workflow: { ...plainWorkflow, quorum } },
    );
    const vote = scene.deciders.decide({ id, decider: "bo", verdict: "approve", grant: request });
    await expect(vote).rejects.toMatchObject({ code });
    expect(await scene.deciders.get(id)).toMatchObject({ status: "pending", votes: [] });
    expect(await scene.deciders.grants({ all: true })).toEqual([]);
  });

  test("is not used where another workflow decides, or more people than its giver", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    const given = await grant(scene, liveGrants, { scope: "tool", lifetime: forSession });
    expect(given).toMatchObject({ workflow: "default", createdBy: "bo" });
    const covers = (change: Partial<Workflow>) =>
      liveGrants.grantFor(newCall(scene.session), askDecision, { ...plainWorkflow, ...change }) !== undefined;
    expect(covers({ approvers: ["ana", "bo"] })).toBe(true);
    expect(covers({ name: "production" })).toBe(false);
    expect(covers({ quorum: 2 })).toBe(false);
    expect(covers({ approvers: ["ana"] })).toBe(false);
    expect(covers({ approvers: ["ana"], escalate: { afterMs: 0, to: ["bo"] } })).toBe(false);
    await liveGrants.close();
  });

  test("is not used where another workflow guards the call as well, even one whose people its giver is of [S-75]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forSession });
    const covers = (decision: Partial<Decision>, workflow: Partial<Workflow>) =>
      liveGrants.grantFor(
        newCall(scene.session),
        { ...askDecision, ...decision },
        { ...plainWorkflow, ...workflow },
      ) !== undefined;
    expect(covers({}, {})).toBe(true);
    expect(covers({}, { also: [{ name: "default", approvers: ["bo"], quorum: 1 }] })).toBe(false);
    expect(covers({ also: ["production"] }, {})).toBe(false);
    await liveGrants.close();
  });

  test("is refused to one person where two workflows decide, though both name them [S-75]", async () => {
    const scene = newScene(await open());
    const workflow = { ...plainWorkflow, also: [{ name: "other", approvers: ["bo"], quorum: 1 }] } as const;
    const { id } = await scene.ask({}, { workflow });
    const given = { scope: "exact", lifetime: forSession } as const;
    await expect(
      scene.deciders.decide({ id, decider: "bo", verdict: "approve", grant: given }),
    ).rejects.toThrow("several workflows decide on this each time");
    expect(await scene.deciders.grants({ all: true })).toEqual([]);
    expect(await scene.approve(id, "bo")).toMatchObject({ status: "approved" });
  });

  test("is refused to whom the question only escalated", async () => {
    const scene = newScene(await open());
    const workflow = { ...plainWorkflow, approvers: ["ana"], escalate: { afterMs: 60_000, to: ["boss"] } };
    const { id } = await scene.ask({}, { workflow });
    await pass(scene.db, id, "escalate_at");
    const approve = (given: object) =>
      scene.deciders.decide({ id, decider: "boss", verdict: "approve", ...given });
    await expect(approve({ grant: { scope: "exact", lifetime: forSession } })).rejects.toMatchObject({
      code: "decision_refused",
    });
    expect(await approve({})).toMatchObject({ status: "approved" });
    expect(await scene.deciders.grants({ all: true })).toEqual([]);
  });

  test("is not given when the decision loses", async () => {
    const scene = newScene(await open());
    const { id } = await scene.ask();
    await scene.deciders.decide({ id, decider: "ana", verdict: "deny" });
    const late = {
      id,
      decider: "bo",
      verdict: "approve",
      grant: { scope: "tool", lifetime: forSession },
    } as const;
    await expect(scene.deciders.decide(late)).rejects.toMatchObject({ code: "already_decided" });
    expect(await scene.deciders.grants({ all: true })).toEqual([]);
  });

  test("of an edited call covers the edited arguments", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    const { id } = await scene.ask();
    const argsText = `{"path":"/tmp/narrow"}`;
    const request = { scope: "exact", lifetime: forSession } as const;
    await scene.deciders.decide({ id, decider: "bo", verdict: "approve", args: argsText, grant: request });
    await until(async () =>
      liveGrants.grantFor(newCall(scene.session, { argsText }), askDecision, plainWorkflow),
    );
    expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toBeUndefined();
    await liveGrants.close();
  });

  test("is counted when used, and ends everywhere when revoked", async () => {
    const scene = newScene(await open());
    const [here, there] = [await liveGrantsOn(scene.db), await liveGrantsOn(scene.db)];
    const given = await grant(scene, here, { scope: "tool", lifetime: forAnHour });
    here.countUse(given);
    here.countUse(given);
    await until(async () => (await scene.deciders.grants())[0]?.uses === 2);
    expect(await scene.deciders.revokeGrant(given.id, "ana")).toMatchObject({ revokedAt: expect.any(Date) });
    for (const liveGrants of [here, there])
      await until(
        async () => liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow) === undefined,
      );
    expect(await scene.deciders.grants()).toEqual([]);
    await expect(scene.deciders.revokeGrant("zzzzzz", "ana")).rejects.toMatchObject({ code: "not_found" });
    await Promise.all([here.close(), there.close()]);
  });
});

describeStores("a pattern grant", (open) => {
  test("for `git status` covers nothing that starts another command [S-34]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    const call = (command: unknown, more = {}) => ({
      argsText: JSON.stringify({ command, cwd: "/src", ...more }),
    });
    const pattern = { command: "git status*" };
    await grant(scene, liveGrants, { scope: "pattern", pattern, lifetime: forSession }, call("git status"));
    const covers = (change: { argsText: string }) =>
      liveGrants.grantFor(newCall(scene.session, change), askDecision, plainWorkflow) !== undefined;
    expect(covers(call("git status --short -- src/a b.ts"))).toBe(true);
    for (const command of [
      "git status; rm -rf ~",
      "git status && rm -rf ~",
      "git status | sh",
      "git status $(rm -rf ~)",
      "git status `rm -rf ~`",
      "git status $IFS",
      "git status > ~/.bashrc",
      "git status <(sh)",
      "git status\nrm -rf ~",
      "git status\r\nrm -rf ~",
      "git status\u2028rm -rf ~",
      "git status\0",
      "git status \u202e~ fr- mr",
      "git status -- ../../etc",
      "git statu",
      " git status",
      ["git status"],
      { toString: "git status" },
      null,
    ])
      expect([command, covers(call(command))]).toEqual([command, false]);
    expect(covers(call("git status", { cwd: "/etc" }))).toBe(false);
    expect(covers(call("git status", { env: {} }))).toBe(false);
    expect(covers({ argsText: `{"cwd":"/src"}` })).toBe(false);
    await liveGrants.close();
  });

  test("covers no argument that is not what the tool says, or that passes for a named one [S-69]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    const inputSchema = { properties: { issue: { type: "integer" }, note: { type: "string" } } };
    const call = (argsText: string) => ({ argsText, inputSchema });
    const request = { scope: "pattern", pattern: { issue: "4*" }, lifetime: forSession } as const;
    for (const rest of ["", ',"note":["x"]', ',"Issue":5']) {
      const { id } = await scene.ask(call(`{"issue":41${rest}}`));
      await scene.deciders.decide({ id, decider: "bo", verdict: "approve", grant: request });
    }
    const covers = (argsText: string) =>
      liveGrants.grantFor(newCall(scene.session, call(argsText)), askDecision, plainWorkflow) !== undefined;
    await until(async () => covers('{"issue":42}') || undefined);
    // What the pattern does not name is bound by its digest, however it fits.
    await until(async () => covers('{"issue":42,"note":["x"]}') || undefined);
    expect(covers('{"issue":"42"}')).toBe(false);
    expect(covers('{"issue":42,"Issue":5}')).toBe(false);
    await liveGrants.close();
  });

  test("answers for no deny that could not be evaluated, whatever its scope [S-69]", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    await grant(scene, liveGrants, { scope: "tool", lifetime: forSession });
    const decision = { ...askDecision, needsPerson: true } as const;
    expect(liveGrants.grantFor(newCall(scene.session), decision, plainWorkflow)).toBeUndefined();
    await liveGrants.close();
  });

  test("reads arguments that are no text as their canonical JSON", async () => {
    const scene = newScene(await open());
    const liveGrants = await liveGrantsOn(scene.db);
    const call = (issue: string) => ({ argsText: `{"issue":${issue}}` });
    await grant(
      scene,
      liveGrants,
      { scope: "pattern", pattern: { issue: "4*" }, lifetime: forSession },
      call("41"),
    );
    const covers = (issue: string) =>
      liveGrants.grantFor(newCall(scene.session, call(issue)), askDecision, plainWorkflow) !== undefined;
    expect([covers("42"), covers(`"4x"`), covers("5"), covers("[4]")]).toEqual([true, true, false, false]);
    await liveGrants.close();
  });
});

describeStores("what holds without asking", (open, _kind, create) => {
  test("hears of a freeze and of a thaw", async () => {
    const scene = newScene(await open());
    await scene.ask();
    const liveGrants = await liveGrantsOn(scene.db);
    expect(liveGrants.isFrozen(scene.session.id)).toBe(false);
    await scene.deciders.freeze(scene.session.id, "bo");
    await until(async () => liveGrants.isFrozen(scene.session.id));
    await scene.deciders.thaw(scene.session.id, "bo");
    await until(async () => !liveGrants.isFrozen(scene.session.id));
    await expect(scene.deciders.freeze("nobody", "bo")).rejects.toMatchObject({ code: "not_found" });
    await liveGrants.close();
  });

  test("is not ready while the store is out of reach, and keeps the last snapshot when it goes", async () => {
    const away = createLiveGrants({
      db: () => Promise.reject(new PreloopError("store_unavailable", "the store is away")),
    });
    await expect(away.ready).rejects.toMatchObject({ code: "store_unavailable" });
    await away.close();

    const store = await create();
    const scene = newScene(await store.open());
    const db = await store.open();
    const liveGrants = await liveGrantsOn(db);
    const given = await grant(scene, liveGrants, { scope: "tool", lifetime: forAnHour });
    await db.close();
    expect(liveGrants.grantFor(newCall(scene.session), askDecision, plainWorkflow)).toEqual(given);
    liveGrants.countUse(given);
    await liveGrants.close();
  });
});

describeStores("over HTTP", (open) => {
  const address = "127.0.0.1";
  const opened = { address };
  const claimed = { address, isClaimed: true } as const;

  test("a grant for a time is of the session it was given in, and a user's covers none there [S-89]", async () => {
    const db = await open();
    const local = newScene(db);
    const remote = newScene(db, { session: newSession(opened) });
    const liveGrants = await liveGrantsOn(db);
    expect(await grant(local, liveGrants, { scope: "tool", lifetime: forAnHour })).not.toHaveProperty(
      "sessionId",
    );
    expect(liveGrants.grantFor(newCall(remote.session), askDecision, plainWorkflow)).toBeUndefined();
    const given = await grant(remote, liveGrants, { scope: "tool", lifetime: forAnHour });
    expect(given).toMatchObject({ sessionId: remote.session.id, until: expect.any(Date) });
    for (const session of [newSession(opened), newSession(claimed)])
      expect(liveGrants.grantFor(newCall(session), askDecision, plainWorkflow)).toBeUndefined();
    await liveGrants.close();
  });

  test.for([forSession, forAnHour])(
    "a client that is only a name gets no grant: $kind [S-89]",
    async (lifetime) => {
      const { ask, deciders } = newScene(await open(), { session: newSession(claimed) });
      const { id } = await ask();
      const yes = { id, decider: "bo", verdict: "approve", grant: { scope: "tool", lifetime } } as const;
      await expect(deciders.decide(yes)).rejects.toMatchObject({ code: "decision_refused" });
      expect((await deciders.get(id)).status).toBe("pending");
      expect(await deciders.grants()).toEqual([]);
    },
  );

  test("a freeze of a name holds for its address, and for what opens there until it is thawed [S-89]", async () => {
    const db = await open();
    const sceneOf = (from: object) => newScene(db, { session: newSession(from), kind: "http", host: "here" });
    const standingFrom = async (from: object) => {
      const liveGrants = createLiveGrants({ db, from, host: "here" });
      await liveGrants.ready;
      return liveGrants;
    };
    const [beta, other, elsewhere] = [claimed, claimed, { ...claimed, address: "192.0.2.7" }].map(sceneOf);
    const before = sceneOf(opened);
    const asked = await Promise.all([beta!, other!, elsewhere!, before].map(({ ask }) => ask()));
    const early = await standingFrom(opened);
    await beta!.deciders.freeze(beta!.session.id, "bo");
    const states = await Promise.all(asked.map(async ({ id }) => (await beta!.deciders.get(id)).status));
    expect(states).toEqual(["superseded", "superseded", "pending", "pending"]);
    await expect(sceneOf(claimed).ask()).rejects.toMatchObject({ code: "session_frozen" });
    await expect(sceneOf(opened).ask()).rejects.toMatchObject({ code: "session_frozen" });
    const late = await standingFrom(opened);
    const anyName = await standingFrom(claimed);
    const far = await standingFrom({ ...claimed, address: "192.0.2.7" });
    const frozen = (liveGrants: LiveGrants) => liveGrants.isFrozen("another session");
    expect([late, anyName, early, far].map(frozen)).toEqual([true, true, false, false]);
    await beta!.deciders.thaw(other!.session.id, "bo");
    await until(async () => !frozen(anyName));
    expect(await sceneOf(claimed).ask()).toMatchObject({ status: "pending" });
    for (const liveGrants of [early, late, anyName, far]) await liveGrants.close();
  });

  test("what a client that is only a name was asked is no other call's, and ends with its wait [S-89]", async () => {
    const db = await open();
    const { session, caller, ask } = newScene(db, { session: newSession(claimed), kind: "http" });
    const { id } = await ask();
    expect(await caller.park(id)).toMatchObject({
      status: "cancelled",
      reason: expect.stringContaining("ask anew"),
    });
    expect(caller.hasParked()).toBe(false);
    expect(await caller.redeem(newCall(session))).toBeUndefined();
  });

  test("a session with a question its caller was to come back for is still wanted [S-87]", async () => {
    const db = await open();
    const { session, caller, ask, approve } = newScene(db, { session: newSession(opened), kind: "http" });
    const { id } = await ask();
    expect(caller.hasParked()).toBe(false);
    await caller.park(id);
    expect(caller.hasParked()).toBe(true);
    await approve(id);
    await caller.redeem(newCall(session));
    await caller.begin(id, preconditionsNow);
    await caller.finish(id, { kind: "result", text: "{}" }, true);
    await caller.delivered(id);
    expect(caller.hasParked()).toBe(false);
  });
});
