import { expect, test } from "vitest";
import { createApprovalDecisions, hopelessWord, talliesOf } from "#approvals";
import { digestOf, isPreloopError, readJson } from "#base";
import type { Workflow } from "#model";
import { describeStores } from "../support/stores.ts";
import { newScene, pass, plainWorkflow, preconditions } from "./support.ts";

const rounds = Number(process.env.PRELOOP_TEST_ROUNDS ?? 20);
const named: Workflow = { ...plainWorkflow, name: "production", approvers: ["ana", "bo", "cy"], quorum: 2 };

/** Ana, and two of three: neither says anything of the other. */
const together: Workflow = {
  ...plainWorkflow,
  name: "prod",
  approvers: ["ana"],
  also: [{ name: "two", approvers: ["ana", "bo", "eve"], quorum: 2 }],
};

describeStores("a decision", (open, _kind, create) => {
  test(`of two people at once has one winner, and the other is told who, ${rounds} times [S-06]`, {
    timeout: 30_000 + rounds * 1_000,
  }, async () => {
    const store = await create();
    const [here, there] = [await store.open(), await store.open()];
    const { ask, caller } = newScene(here);
    const ana = createApprovalDecisions({ db: here });
    const bo = createApprovalDecisions({ db: there });
    for (let round = 0; round < rounds; round++) {
      const { id } = await ask();
      const votes = await Promise.allSettled([
        ana.decide({ id, decider: "ana", verdict: "approve" }),
        bo.decide({ id, decider: "bo", verdict: "deny", reason: "no" }),
      ]);
      const won = votes.findIndex(({ status }) => status === "fulfilled");
      const lost = votes.find((vote) => vote.status === "rejected");
      expect(votes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const [winner, verdict] = won === 0 ? ["ana", "approved"] : ["bo", "denied"];
      expect(lost!.reason).toMatchObject({ code: "already_decided", data: { decidedBy: winner } });
      expect(lost!.reason.message).toContain(`already ${verdict} by ${winner}`);
      const after = await ana.get(id);
      expect(after).toMatchObject({ status: verdict, decidedBy: winner, votes: [{ decider: winner }] });
      expect((await caller.begin(id, preconditions)).run).toBe(won === 0);
    }
  });

  test("that comes second says what the first one was", async () => {
    const { ask, approve, deciders } = newScene(await open());
    const { id } = await ask();
    await approve(id, "ana");
    const second = deciders.decide({ id, decider: "bo", verdict: "deny" });
    await expect(second).rejects.toThrow(`${id} was already approved by ana`);
    await expect(second).rejects.toMatchObject({ code: "already_decided" });
  });

  test("on an approval that does not exist is refused, and ids may be typed carelessly", async () => {
    const { ask, approve, deciders } = newScene(await open());
    await expect(approve("zzzzzz")).rejects.toMatchObject({ code: "not_found" });
    const { id } = await ask();
    const typed = id.toUpperCase().replaceAll("0", "O").replaceAll("1", "l");
    expect(await deciders.get(` ${typed} `)).toMatchObject({ id });
  });

  test("of a quorum takes distinct people", async () => {
    const { ask, deciders, caller } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    const approve = (decider: string) => deciders.decide({ id, decider, verdict: "approve" });
    expect(await approve("ana")).toMatchObject({ status: "pending" });
    await expect(approve("ana")).rejects.toMatchObject({ code: "already_decided" });
    expect((await caller.begin(id, preconditions)).run).toBe(false);
    expect(await approve("cy")).toMatchObject({ status: "approved", decidedBy: "ana, cy" });
  });

  test("of two of three people at once makes one quorum", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    const votes = await Promise.allSettled(
      ["ana", "bo", "cy"].map((decider) => deciders.decide({ id, decider, verdict: "approve" })),
    );
    expect(votes.map(({ status }) => status).sort()).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect((await deciders.get(id)).votes).toHaveLength(2);
  });

  test("where two workflows decide counts in each that names its author, until each has its quorum [S-74]", async () => {
    const { ask, deciders, caller } = newScene(await open());
    const { id } = await ask({}, { workflow: together });
    const approve = (decider: string) => deciders.decide({ id, decider, verdict: "approve" });
    expect(await approve("bo")).toMatchObject({ status: "pending", workflow: together });
    await expect(approve("bo")).rejects.toThrow(
      `bo has already approved ${id}; it needs 1 more of ana (workflow "prod") and 1 more of ana, eve (workflow "two")`,
    );
    expect((await caller.begin(id, { ...preconditions, workflow: together })).run).toBe(false);
    expect(await approve("eve")).toMatchObject({ status: "pending" });
    expect(await approve("ana")).toMatchObject({ status: "approved", decidedBy: "bo, eve, ana" });
    expect((await caller.begin(id, { ...preconditions, workflow: together })).run).toBe(true);
  });

  test("of one whom two workflows name is a yes in both, and of one whom neither names is refused [S-74]", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: together });
    for (const verdict of ["approve", "deny"] as const)
      await expect(deciders.decide({ id, decider: "mallory", verdict })).rejects.toThrow(
        `mallory does not decide on ${id}: its workflow "prod" names ana, its workflow "two" names ana, bo, eve`,
      );
    expect((await deciders.get(id)).votes).toEqual([]);
    await deciders.decide({ id, decider: "ana", verdict: "approve" });
    const second = await deciders.decide({ id, decider: "bo", verdict: "approve" });
    expect(second).toMatchObject({ status: "approved", decidedBy: "ana, bo" });
  });

  test(`of two people at once, one for each of two workflows, is one approval, ${rounds} times [S-74]`, {
    timeout: 30_000 + rounds * 1_000,
  }, async () => {
    const store = await create();
    const [here, there] = [await store.open(), await store.open()];
    const { ask } = newScene(here);
    const [ours, theirs] = [createApprovalDecisions({ db: here }), createApprovalDecisions({ db: there })];
    for (let round = 0; round < rounds; round++) {
      const { id } = await ask({}, { workflow: together });
      const votes = await Promise.all([
        ours.decide({ id, decider: "ana", verdict: "approve" }),
        theirs.decide({ id, decider: "bo", verdict: "approve" }),
      ]);
      expect(votes.map(({ status }) => status).sort()).toEqual(["approved", "pending"]);
      expect(await ours.get(id)).toMatchObject({ status: "approved" });
    }
  });

  test("with other arguments voids the yes of every workflow [S-74]", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: together });
    await deciders.decide({ id, decider: "ana", verdict: "approve" });
    const edited = await deciders.decide({
      id,
      decider: "bo",
      verdict: "approve",
      args: `{"path":"/tmp/z"}`,
    });
    expect(edited).toMatchObject({ status: "pending" });
    expect(await deciders.decide({ id, decider: "ana", verdict: "approve" })).toMatchObject({
      status: "approved",
      effectiveArgs: `{"path":"/tmp/z"}`,
    });
  });

  test("of those another workflow escalates to counts in that one, once it has escalated [S-75]", async () => {
    const { db, ask, deciders } = newScene(await open());
    const escalate = { afterMs: 600_000, to: ["boss"] };
    const workflow: Workflow = {
      ...named,
      approvers: ["ana"],
      quorum: 1,
      also: [{ name: "x", approvers: ["bo"], quorum: 1, escalate }],
    };
    const { id } = await ask({}, { workflow });
    const approve = (decider: string) => deciders.decide({ id, decider, verdict: "approve" });
    await expect(approve("boss")).rejects.toThrow(/not escalated to you yet/);
    await pass(db, id, "escalate_at");
    expect(await approve("boss")).toMatchObject({ status: "pending", escalatedAt: expect.any(Date) });
    expect(await approve("ana")).toMatchObject({ status: "approved" });
  });

  test("that nobody can complete is asked for all the same, and can be denied [S-74]", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: { ...named, approvers: ["ana"], quorum: 2 } });
    const after = await deciders.decide({ id, decider: "ana", verdict: "approve" });
    expect(after).toMatchObject({ status: "pending" });
    expect(hopelessWord(talliesOf(after))).toContain("nobody can approve it");
    expect(await deciders.decide({ id, decider: "ana", verdict: "deny" })).toMatchObject({
      status: "denied",
    });
  });

  test("to deny ends a quorum at once, also by one who had approved", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    await deciders.decide({ id, decider: "ana", verdict: "approve" });
    const after = await deciders.decide({ id, decider: "ana", verdict: "deny", reason: "wrong cluster" });
    expect(after).toMatchObject({ status: "denied", decidedBy: "ana", reason: "wrong cluster" });
  });

  test("to deny takes no arguments and gives no grant", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask();
    const grant = { scope: "tool", lifetime: { kind: "session" } } as const;
    for (const extra of [{ args: "{}" }, { grant }])
      await expect(deciders.decide({ id, decider: "bo", verdict: "deny", ...extra })).rejects.toMatchObject({
        code: "usage",
      });
    expect(await deciders.get(id)).toMatchObject({ status: "pending" });
  });

  test("of somebody the workflow does not name is refused", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    for (const verdict of ["approve", "deny"] as const)
      await expect(deciders.decide({ id, decider: "mallory", verdict })).rejects.toMatchObject({
        code: "decision_refused",
      });
    expect((await deciders.get(id)).votes).toEqual([]);
  });

  test("of those it escalates to counts once it has escalated, with nobody awake", async () => {
    const { db, ask, deciders } = newScene(await open());
    const escalate = { afterMs: 600_000, to: ["boss"] };
    const { id } = await ask({}, { workflow: { ...named, quorum: 1, escalate } });
    const approve = () => deciders.decide({ id, decider: "boss", verdict: "approve" });
    await expect(approve()).rejects.toThrow(/not escalated to you yet/);
    await pass(db, id, "escalate_at");
    expect(await deciders.list()).toMatchObject([{ id, status: "pending", escalatedAt: expect.any(Date) }]);
    expect(await approve()).toMatchObject({ status: "approved" });
  });

  test("with other arguments keeps proposed and effective ones apart [S-27]", async () => {
    const { ask, deciders, caller } = newScene(await open());
    const asked = await ask();
    const args = `{\n  "path": "/tmp/b",\n  "text": "hello", "n": 10000000000000000001\n}`;
    const approved = await deciders.decide({ id: asked.id, decider: "bo", verdict: "approve", args });
    expect(approved).toMatchObject({
      status: "approved",
      proposedArgs: asked.proposedArgs,
      proposedDigest: asked.proposedDigest,
      effectiveArgs: `{"path":"/tmp/b","text":"hello","n":10000000000000000001}`,
      effectiveDigest: digestOf(readJson(args)),
      votes: [{ decider: "bo", argumentsDigest: digestOf(readJson(args)) }],
    });
    const begun = await caller.begin(asked.id, preconditions);
    expect(begun).toMatchObject({ run: true, approval: { effectiveArgs: approved.effectiveArgs } });
  });

  test("with other arguments voids the votes for the earlier ones", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    const approve = (decider: string, args?: string) =>
      deciders.decide({ id, decider, verdict: "approve", ...(args && { args }) });
    await approve("ana");
    expect(await approve("bo", `{"path":"/tmp/b"}`)).toMatchObject({
      status: "pending",
      votes: [{ decider: "ana", voidedAt: expect.any(Date) }, { decider: "bo" }],
    });
    expect(await approve("ana")).toMatchObject({ status: "approved", decidedBy: "bo, ana" });
  });

  test("on arguments that changed since they were seen is refused", async () => {
    const { ask, deciders } = newScene(await open());
    const asked = await ask({}, { workflow: named });
    const { id } = asked;
    await deciders.decide({ id, decider: "bo", verdict: "approve", args: `{"path":"/tmp/b"}` });
    const blind = deciders.decide({
      id,
      decider: "ana",
      verdict: "approve",
      seenDigest: asked.effectiveDigest,
    });
    await expect(blind).rejects.toMatchObject({ code: "decision_refused" });
    const { effectiveDigest } = await deciders.get(id);
    expect(
      await deciders.decide({ id, decider: "ana", verdict: "approve", seenDigest: effectiveDigest }),
    ).toMatchObject({ status: "approved" });
  });

  const draft07 = { $schema: "http://json-schema.org/draft-07/schema#" };
  const object = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
  test.for<[why: string, args: string, schema: object]>([
    ["not JSON", `{"path":`, object],
    ["a list", `["/tmp/a"]`, object],
    ["null", "null", object],
    ["a key twice", `{"path":"/tmp/a","path":"/etc"}`, object],
    ["of another type", `{"path":1}`, object],
    ["without what is required", "{}", object],
    ["not foreseen", `{"path":"a","x":1}`, { ...object, additionalProperties: false }],
    [
      "not foreseen by draft-07",
      `{"path":"a","x":1}`,
      { ...draft07, ...object, additionalProperties: false },
    ],
    [
      "out of draft-07's tuple",
      `{"path":["a",1]}`,
      {
        ...draft07,
        properties: { path: { items: [{ type: "string" }, { type: "string" }] } },
      },
    ],
    [
      "out of 2020-12's tuple",
      `{"path":["a",1]}`,
      {
        properties: { path: { prefixItems: [{ type: "string" }, { type: "string" }] } },
      },
    ],
    ["for a schema that lies elsewhere", "{}", { $ref: "https://schemas.invalid/tool.json" }],
  ])("with arguments that are %s is refused, and nothing changes [S-28]", async ([, args, schema]) => {
    const { ask, deciders, caller } = newScene(await open());
    const asked = await ask({}, { inputSchema: JSON.stringify(schema) });
    const vote = deciders.decide({ id: asked.id, decider: "bo", verdict: "approve", args });
    const error = await vote.catch((reason: unknown) => reason);
    expect(isPreloopError(error, "arguments_invalid") && error.message).toMatch(
      /^The edited arguments were not accepted: ./,
    );
    expect(await deciders.get(asked.id)).toEqual(asked);
    expect((await caller.begin(asked.id, preconditions)).run).toBe(false);
  });

  test.for([
    ["an expression that backtracks", { path: { pattern: "^(a+)+$" } }, "refused"],
    ["an alternative that backtracks", { path: { pattern: "^(a|a)*$" } }, "refused"],
    ["one in a branch behind a reference", { path: { anyOf: [{ $ref: "#/$defs/p" }] } }, "refused"],
    ["one that needs to look ahead", { path: { pattern: "^(?=a)" } }, "approved"],
  ] as const)(
    "against %s is checked in bounded work, or said not to be [S-70]",
    async ([, properties, end]) => {
      const { ask, deciders } = newScene(await open());
      const schema = { properties, $defs: { p: { pattern: "^(a+)+$" } } };
      const { id } = await ask({}, { inputSchema: JSON.stringify(schema) });
      const notes: string[] = [];
      const vote = deciders.decide({
        id,
        decider: "bo",
        verdict: "approve",
        args: JSON.stringify({ path: `${"a".repeat(40)}!` }),
        onUnchecked: (parts) => notes.push(...parts),
      });
      const said = await vote.then(
        ({ status }) => status,
        (error: unknown) => (isPreloopError(error, "arguments_invalid") ? "refused" : error),
      );
      expect(said).toBe(end);
      expect(notes.join()).toMatch(end === "approved" ? /no lookaround/ : /^$/);
    },
  );

  test("with arguments that fit the schema is taken, in either dialect", async () => {
    const { ask, deciders } = newScene(await open());
    for (const dialect of [draft07, {}, { $schema: "https://json-schema.org/draft/2020-12/schema" }]) {
      const { id } = await ask({}, { inputSchema: JSON.stringify({ ...dialect, ...object }) });
      const args = `{"path":"/tmp/b"}`;
      expect(await deciders.decide({ id, decider: "bo", verdict: "approve", args })).toMatchObject({
        status: "approved",
        effectiveArgs: args,
      });
    }
  });
});

describeStores("a link", (open) => {
  test("decides its one approval once, as the person it was made for", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask();
    const token = await deciders.mintLink(id, "mail:ana", 60_000);
    for (let look = 0; look < 3; look++)
      expect(await deciders.readLink(id, token)).toMatchObject({
        decider: "mail:ana",
        approval: { status: "pending" },
      });
    expect(await deciders.decideByLink(token, { id, verdict: "approve" })).toMatchObject({
      status: "approved",
      decidedBy: "mail:ana",
    });
    await expect(deciders.decideByLink(token, { id, verdict: "deny" })).rejects.toMatchObject({
      code: "link_unknown",
    });
    await expect(deciders.readLink(id, token)).rejects.toMatchObject({ code: "link_unknown" });
  });

  test("that is wrong, used up, expired or another approval's answers alike [S-07]", async () => {
    const { db, ask, deciders } = newScene(await open());
    const [one, other] = [await ask(), await ask()];
    const token = await deciders.mintLink(one.id, "ana", 60_000);
    const expired = await deciders.mintLink(one.id, "ana", 60_000);
    await db.rows(
      "UPDATE decision_link SET expires_at = now() WHERE token_hash = encode(sha256($1), 'hex')",
      [Buffer.from(expired)],
    );
    const flipped = `${token[0] === "A" ? "B" : "A"}${token.slice(1)}`;
    const tries = [
      [one.id, flipped],
      [other.id, token],
      [one.id, expired],
      [one.id, ""],
      ["zzzzzz", token],
    ] as const;
    const messages = new Set<string>();
    for (const [id, wrong] of tries) {
      for (const attempt of [
        () => deciders.readLink(id, wrong),
        () => deciders.decideByLink(wrong, { id, verdict: "approve" }),
        () => deciders.decideByLink(wrong, { id, verdict: "approve", args: "[]" }),
      ]) {
        const error = await attempt().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: "link_unknown" });
        messages.add((error as Error).message);
      }
    }
    expect(messages.size).toBe(1);
    expect(await deciders.get(one.id)).toMatchObject({ status: "pending", votes: [] });
    expect(await db.rows("SELECT 1 FROM decision_link WHERE token_hash = $1", [token])).toEqual([]);
  });

  test("raced by itself votes once [S-05]", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask();
    const token = await deciders.mintLink(id, "ana", 60_000);
    const uses = await Promise.allSettled(
      Array.from({ length: 5 }, () => deciders.decideByLink(token, { id, verdict: "approve" })),
    );
    expect(uses.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await deciders.get(id)).votes).toHaveLength(1);
  });

  test("is spent by a vote that leaves the quorum open, and kept by a vote that is refused", async () => {
    const { ask, deciders } = newScene(await open());
    const { id } = await ask({}, { workflow: named });
    const token = await deciders.mintLink(id, "ana", 60_000);
    await expect(deciders.decideByLink(token, { id, verdict: "approve", args: "[]" })).rejects.toMatchObject({
      code: "arguments_invalid",
    });
    await expect(
      deciders.decideByLink(token, { id, verdict: "approve", seenDigest: "another" }),
    ).rejects.toMatchObject({ code: "decision_refused" });
    expect(await deciders.decideByLink(token, { id, verdict: "approve" })).toMatchObject({
      status: "pending",
    });
    await expect(deciders.readLink(id, token)).rejects.toMatchObject({ code: "link_unknown" });
  });

  test("used after the deadline changes nothing [S-08]", async () => {
    const { db, ask, deciders } = newScene(await open());
    const { id } = await ask();
    const token = await deciders.mintLink(id, "ana", 60_000);
    await pass(db, id, "deadline");
    await expect(deciders.decideByLink(token, { id, verdict: "approve" })).rejects.toMatchObject({
      code: "approval_expired",
    });
    await expect(deciders.mintLink(id, "ana", 60_000)).rejects.toMatchObject({ code: "approval_expired" });
  });
});
