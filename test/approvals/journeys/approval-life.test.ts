import { expect, test } from "vitest";
import { createApprovalDecisions } from "#approvals";
import type { Workflow } from "#model";
import { describeStores } from "../../support/stores.ts";
import { never, newAsk, newCall, newScene, pass, plainWorkflow, preconditions } from "../support.ts";

const escalating = { approvers: ["local:ana"], escalate: { afterMs: 60_000, to: ["local:bo"] } };
const reply = { kind: "result", text: `{"content":[]}` } as const;

describeStores("an approval", (open) => {
  test("is a durable row, bound to the call, before anyone is told", async () => {
    const { ask, deciders, session } = newScene(await open());
    const asked = await ask({ justification: "because" });
    expect(asked).toMatchObject({
      status: "pending",
      session,
      server: "files",
      tool: "write",
      definitionDigest: "definition-1",
      proposedArgs: `{"path":"/tmp/a","text":"hello"}`,
      rule: "writes",
      risk: "medium",
      justification: "because",
      workflow: plainWorkflow,
    });
    expect(asked.id).toMatch(/^[0-9a-hjkmnp-tv-z]{6}$/);
    expect(asked.deadline.getTime() - asked.createdAt.getTime()).toBe(900_000);
    expect(await deciders.get(asked.id)).toEqual(asked);
    expect(await deciders.list({ status: ["pending"] })).toEqual([asked]);
  });

  test("goes pending → approved → running → executed, and runs once", async () => {
    const { ask, approve, caller, deciders } = newScene(await open());
    const { id } = await ask();
    expect(await approve(id)).toMatchObject({ status: "approved", decidedBy: "local:bo" });
    expect(await caller.waitForDecision(id, { untilMs: 60_000, signal: never })).toMatchObject({
      status: "approved",
    });
    const begun = await Promise.all([caller.begin(id, preconditions), caller.begin(id, preconditions)]);
    expect(begun.map(({ run }) => run).sort()).toEqual([false, true]);
    expect(await deciders.get(id)).toMatchObject({ status: "running" });
    await caller.finish(id, reply, true);
    expect(await deciders.get(id)).toMatchObject({ status: "executed", finishedAt: expect.any(Date) });
    expect((await caller.begin(id, preconditions)).run).toBe(false);
  });

  test("ends as failed when the upstream's answer is an error", async () => {
    const { ask, approve, caller, deciders } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    await caller.begin(id, preconditions);
    await caller.finish(id, { kind: "error", text: `{"code":1}` }, false);
    expect(await deciders.get(id)).toMatchObject({ status: "failed" });
  });

  test("ends with a single deny, whose reason reaches the caller", async () => {
    const { ask, caller, deciders } = newScene(await open());
    const { id } = await ask();
    const waiting = caller.waitForDecision(id, { untilMs: 60_000, signal: never });
    await deciders.decide({ id, decider: "local:bo", verdict: "deny", reason: "use staging" });
    expect(await waiting).toMatchObject({ status: "denied", reason: "use staging", decidedBy: "local:bo" });
    expect((await caller.begin(id, preconditions)).run).toBe(false);
  });

  test.for(["pending", "approved"] as const)(
    "that is %s expires by the store's clock, with nobody awake",
    async (status) => {
      const { db, ask, approve, caller, deciders } = newScene(await open());
      const { id } = await ask();
      if (status === "approved") await approve(id);
      await pass(db, id, "deadline");
      expect(await caller.begin(id, preconditions)).toMatchObject({
        run: false,
        approval: { status: "expired" },
      });
      expect(await deciders.list({ status: ["expired"] })).toHaveLength(1);
    },
  );

  test("that expired takes no decision", async () => {
    const { db, ask, approve, deciders } = newScene(await open());
    const { id } = await ask();
    await pass(db, id, "deadline");
    await expect(approve(id)).rejects.toMatchObject({ code: "approval_expired" });
    expect(await deciders.get(id)).toMatchObject({ status: "expired", votes: [] });
  });

  test.for(["pending", "approved"] as const)(
    "that is %s is cancelled when its caller gives up, and nothing begins [S-29]",
    async (status) => {
      const { ask, approve, caller, deciders } = newScene(await open());
      const { id } = await ask();
      if (status === "approved") await approve(id);
      await caller.cancel(id, "the client cancelled the call");
      expect(await deciders.get(id)).toMatchObject({
        status: "cancelled",
        reason: "the client cancelled the call",
      });
      if (status === "pending")
        await expect(approve(id)).rejects.toMatchObject({ code: "approval_cancelled" });
      expect((await caller.begin(id, preconditions)).run).toBe(false);
    },
  );

  test.for(["pending", "approved"] as const)(
    "that is %s is cancelled by whoever looks when its caller's lease ran out [S-30]",
    async (status) => {
      const { db, ask, approve, caller, deciders } = newScene(await open());
      const { id } = await ask();
      if (status === "approved") await approve(id);
      await pass(db, id, "lease_until");
      if (status === "pending")
        await expect(approve(id)).rejects.toMatchObject({ code: "approval_cancelled" });
      expect(await deciders.get(id)).toMatchObject({ status: "cancelled" });
      expect(await caller.begin(id, preconditions)).toMatchObject({
        run: false,
        approval: { status: "cancelled" },
      });
    },
  );

  test("is cancelled with its session, unless it is parked [S-30]", async () => {
    const { ask, approve, caller, deciders } = newScene(await open());
    const [waiting, parked] = [await ask(), await ask()];
    await caller.park(parked.id);
    await caller.leave();
    expect(await deciders.get(waiting.id)).toMatchObject({ status: "cancelled" });
    expect(await deciders.get(parked.id)).toMatchObject({ status: "pending" });
    await expect(approve(waiting.id)).rejects.toMatchObject({ code: "approval_cancelled" });
    expect((await caller.begin(waiting.id, preconditions)).run).toBe(false);
    expect(await deciders.sessions()).toEqual([]);
    expect(await deciders.sessions({ all: true })).toMatchObject([{ counts: { cancelled: 1, pending: 1 } }]);
  });

  test("that is parked outlives its caller's lease, and is not cancelled", async () => {
    const { db, ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    expect(await caller.park(id)).toMatchObject({ status: "pending", parkedAt: expect.any(Date) });
    await caller.cancel(id, "the client went away");
    await pass(db, id, "lease_until");
    expect(await approve(id)).toMatchObject({ status: "approved" });
  });

  test("is superseded when the tool's definition changed since it was asked [S-32]", async () => {
    const { ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    const begun = await caller.begin(id, { ...preconditions, definitionDigest: "definition-2" });
    expect(begun).toMatchObject({ run: false, approval: { status: "superseded" } });
    expect(begun.approval.reason).toMatch(/definition changed/);
    expect((await caller.begin(id, preconditions)).run).toBe(false);
  });

  test("is superseded when policy now denies it, or gives it to another workflow", async () => {
    const { ask, approve, caller } = newScene(await open());
    const [one, two] = [await ask(), await ask()];
    await approve(one.id);
    await approve(two.id);
    const denied = { ...preconditions.decision, action: "deny", rule: "freeze-friday" } as const;
    expect(await caller.begin(one.id, { ...preconditions, decision: denied })).toMatchObject({
      run: false,
      approval: { status: "superseded", reason: expect.stringContaining("freeze-friday") },
    });
    const stricter = { ...preconditions.decision, workflow: "production" };
    expect(await caller.begin(two.id, { ...preconditions, decision: stricter })).toMatchObject({
      run: false,
      approval: { status: "superseded" },
    });
  });

  test.for<[why: string, today: Partial<Workflow>, runs: boolean]>([
    ["wants two people", { quorum: 2 }, false],
    ["names others", { approvers: ["local:ana"] }, false],
    ["names others and escalates to the one, which it had not", escalating, false],
    ["names the one among others", { approvers: ["local:ana", "local:bo"] }, true],
    ["takes longer", { timeoutMs: 1 }, true],
  ])("that one person approved when its workflow today %s", async ([, today, runs]) => {
    const { ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    const workflow = { ...plainWorkflow, ...today };
    const begun = await caller.begin(id, { ...preconditions, workflow });
    expect(begun).toMatchObject({ run: runs, approval: { status: runs ? "running" : "superseded" } });
    if (!runs) expect(begun.approval.reason).toContain(`the workflow "default" now wants`);
    expect((await caller.begin(id, preconditions)).run).toBe(false);
  });

  test.for<[why: string, today: Workflow["also"], objection: RegExp | undefined]>([
    ["names the one, too", [{ name: "default", approvers: ["local:bo"], quorum: 1 }], undefined],
    ["names others", [{ name: "default", approvers: ["eve"], quorum: 1 }], /now wants 1 of eve to approve/],
    [
      "has another name",
      [{ name: "x", approvers: ["local:bo"], quorum: 1 }],
      /wants the workflow "x" to decide/,
    ],
  ])("that one person approved when a second workflow today %s [S-75]", async ([, also, objection]) => {
    const { ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    const workflow = { ...plainWorkflow, ...(also && { also }) };
    const begun = await caller.begin(id, { ...preconditions, workflow });
    expect(begun.run).toBe(objection === undefined);
    if (objection) expect(begun.approval.reason).toMatch(objection);
  });

  test("that was not approved when it is begun is not run, whatever comes at that moment", async () => {
    const { ask, caller, deciders } = newScene(await open());
    const { id } = await ask();
    expect(await caller.begin(id, preconditions)).toMatchObject({
      run: false,
      approval: { status: "pending" },
    });
    expect(await deciders.get(id)).toMatchObject({ status: "pending" });
  });

  test("whose caller slept past its lease goes on, when the caller is the first to look", async () => {
    const { db, ask, approve, caller, deciders, session } = newScene(await open());
    const { id } = await ask();
    const other = await ask({ tool: "other" });
    await caller.park(other.id);
    const wait = (untilMs: number) => caller.waitForDecision(id, { untilMs, signal: never });
    await pass(db, id, "lease_until");
    expect(await wait(1)).toMatchObject({ status: "pending" });
    await pass(db, id, "lease_until");
    await caller.redeem(newCall(session, { tool: "other" }));
    expect(await deciders.get(id)).toMatchObject({ status: "pending" });
    await approve(id);
    await pass(db, id, "lease_until");
    expect(await wait(1)).toMatchObject({ status: "approved" });
    await pass(db, id, "lease_until");
    expect((await caller.begin(id, preconditions)).run).toBe(true);
    const left = await ask();
    await pass(db, left.id, "lease_until");
    expect(await deciders.get(left.id)).toMatchObject({ status: "cancelled" });
  });

  test.for([
    [true, "unknown", "the server went away"],
    [false, "failed", "it was never sent to the server: the server went away"],
  ] as const)(
    "that brought no reply, sent: %s, ends as %s and keeps no outcome",
    async ([sent, status, reason]) => {
      const { ask, approve, caller, deciders, session } = newScene(await open());
      const { id } = await ask();
      await caller.park(id);
      await approve(id);
      await caller.begin(id, preconditions);
      await caller.unanswered(id, { sent, why: "the server went away" });
      expect(await deciders.get(id)).toMatchObject({ status, reason, finishedAt: expect.any(Date) });
      const again = await caller.redeem(newCall(session));
      expect(again).toMatchObject({ kind: "final", approval: { id, status, reason } });
      expect(again).not.toHaveProperty("outcome");
      expect((await caller.begin(id, preconditions)).run).toBe(false);
      await caller.delivered(id);
      expect(await caller.redeem(newCall(session))).toBeUndefined();
    },
  );

  test("of a frozen session is superseded, and the session can ask nothing until it is thawed", async () => {
    const { ask, approve, caller, deciders, session } = newScene(await open());
    const [pending, approved, parked] = [await ask(), await ask(), await ask()];
    await approve(approved.id);
    await caller.park(parked.id);
    expect(await deciders.freeze(session.id, "local:bo")).toMatchObject({ frozenBy: "local:bo" });
    for (const { id } of [pending, approved, parked]) {
      expect(await deciders.get(id)).toMatchObject({ status: "superseded" });
      expect((await caller.begin(id, preconditions)).run).toBe(false);
    }
    await expect(approve(pending.id)).rejects.toMatchObject({ code: "approval_superseded" });
    await expect(ask()).rejects.toMatchObject({ code: "session_frozen" });
    expect((await deciders.thaw(session.id, "local:bo")).frozenAt).toBeUndefined();
    expect(await ask()).toMatchObject({ status: "pending" });
  });

  test("that runs when its process dies becomes unknown, and is never run again", async () => {
    const { db, ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    await caller.begin(id, preconditions);
    await pass(db, id, "lease_until");
    // Another process looks, not the one that ran it.
    expect(await createApprovalDecisions({ db }).list({ status: ["unknown"] })).toMatchObject([{ id }]);
    expect((await caller.begin(id, preconditions)).run).toBe(false);
  });

  test("takes the truth from a process that was thought dead", async () => {
    const { db, ask, approve, caller, deciders } = newScene(await open());
    const { id } = await ask();
    await approve(id);
    await caller.begin(id, preconditions);
    await pass(db, id, "lease_until");
    expect(await deciders.get(id)).toMatchObject({ status: "unknown" });
    await caller.finish(id, reply, true);
    const after = await deciders.get(id);
    expect(after).toMatchObject({ status: "executed" });
    expect(after.reason).toBeUndefined();
  });

  test("runs in no other session than the one that asked", async () => {
    const db = await open();
    const { ask, approve } = newScene(db);
    const { id } = await ask();
    await approve(id);
    const other = newScene(db);
    expect((await other.caller.begin(id, preconditions)).run).toBe(false);
  });

  test("has a row of its own even when the same call is asked twice at once [S-26]", async () => {
    const { ask, caller, session, approve } = newScene(await open());
    const [one, two] = await Promise.all([ask(), ask()]);
    expect(one!.id).not.toBe(two!.id);
    await approve(one!.id);
    const other = newCall(session, { argsText: `{"path":"/etc/passwd","text":"hello"}` });
    expect(await caller.redeem(other)).toBeUndefined();
    expect(await caller.redeem(newCall(session))).toBeUndefined();
    expect(await caller.ask(newAsk(other))).toMatchObject({ status: "pending" });
  });

  test("wakes its caller at once, and ends the wait when its patience is over", async () => {
    const { ask, approve, caller } = newScene(await open());
    const { id } = await ask();
    expect(await caller.waitForDecision(id, { untilMs: 10, signal: never })).toMatchObject({
      status: "pending",
    });
    const waiting = caller.waitForDecision(id, { untilMs: 3_600_000, signal: never });
    await approve(id);
    expect(await waiting).toMatchObject({ status: "approved" });
  });

  test("rejects the wait of a caller that cancels", async () => {
    const { ask, caller } = newScene(await open());
    const { id } = await ask();
    const abort = new AbortController();
    const waiting = caller.waitForDecision(id, { untilMs: 3_600_000, signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "request_cancelled" });
  });

  test("keeps arguments byte for byte, whatever they hold", async () => {
    const { ask, deciders } = newScene(await open());
    const argsText = String.raw`{ "big":12345678901234567890, "nul":"\u0000", "half":"\ud800", "__proto__":{"x":1} }`;
    const { id } = await ask({ argsText, justification: "nul \0 and half \ud800" });
    expect(await deciders.get(id)).toMatchObject({
      proposedArgs: argsText,
      effectiveArgs: argsText,
      justification: "nul \ufffd and half \ufffd",
    });
  });
});
