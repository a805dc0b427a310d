import { expect, test } from "vitest";
import { pass, plainWorkflow, until } from "../../approvals/support.ts";
import { describeStores } from "../../support/stores.ts";
import { formOn, type Reply, send, textOf } from "../support/http.ts";
import { newRoom, tokenOf } from "../support/room.ts";

describeStores("a decision link", (open) => {
  test("S-01: opened 20 times by GET and HEAD it decides nothing and can still decide", async () => {
    const { ask, link, fill, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    for (let round = 0; round < 10; round++) {
      expect(await send(address)).toMatchObject({
        status: 200,
        body: expect.stringContaining("Approve once"),
      });
      expect(await send(address, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    }
    expect(await statusOf(id)).toBe("pending");
    expect(await fill(address, "approve")).toMatchObject({ status: 200 });
    expect(await statusOf(id)).toBe("approved");
  });

  test("S-02: fetched by scanners and ahead of time it leaves a view and no decision", async () => {
    const { ask, link, fill, statusOf, views } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const visits = [
      { "User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)" },
      { "User-Agent": "Mozilla/5.0 (Windows NT 10.0) SafeLinks", "Sec-Purpose": "prefetch;prerender" },
    ];
    for (const headers of visits) expect((await send(address, { headers })).status).toBe(200);
    expect(await statusOf(id)).toBe("pending");
    expect(views).toEqual([
      { decider: "local:bo", userAgent: visits[0]!["User-Agent"], purpose: "" },
      { decider: "local:bo", userAgent: visits[1]!["User-Agent"], purpose: "prefetch;prerender" },
    ]);
    expect((await fill(address, "approve")).status).toBe(200);
  });

  test("S-05: whose accepted form is sent again answers 409 with the decision that stands", async () => {
    const { ask, link, post, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    expect((await post(address, form)).status).toBe(200);
    const decided = await deciders.get(id);
    const again = await post(address, form);
    expect(again.status).toBe(409);
    expect(textOf(again.body)).toMatch(/Already approved.*local:bo decided this/);
    expect(await deciders.get(id)).toEqual(decided);
    expect((await send(address)).status).toBe(404);
  });

  test("S-05: one of two votes cannot be cast twice with it", async () => {
    const { ask, link, post, deciders } = await newRoom(await open());
    const { id } = await ask({}, { workflow: { ...plainWorkflow, quorum: 2 } });
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    const first = await post(address, form);
    expect([first.status, textOf(first.body)]).toEqual([200, expect.stringContaining("1 of 2 approvals")]);
    const again = await post(address, form);
    expect([again.status, textOf(again.body)]).toEqual([
      409,
      expect.stringContaining("This link has been used"),
    ]);
    const fresh = await send(await link(id));
    expect(textOf(fresh.body)).toContain("1 of 2 approvals");
    expect((await deciders.get(id)).votes).toHaveLength(1);
  });

  test("S-06: racing the terminal has one winner, and the loser is told who that was", async () => {
    const { ask, link, post, deciders } = await newRoom(await open());
    for (let round = 0; round < 12; round++) {
      const { id } = await ask();
      const address = await link(id, "local:page");
      const form = { ...formOn((await send(address)).body, "deny"), reason: "no" };
      const runners = {
        page: () => post(address, form),
        terminal: () => deciders.decide({ id, decider: "local:terminal", verdict: "approve" }),
      };
      const [page, terminal] = await race(runners, round % 2 === 0 ? "page" : "terminal");
      const { status, decidedBy, votes } = await deciders.get(id);
      expect(votes).toHaveLength(1);
      if (status === "denied") {
        expect([page.status, decidedBy]).toEqual([200, "local:page"]);
        expect(terminal).toMatchObject({ code: "already_decided", data: { decidedBy: "local:page" } });
      } else {
        expect([status, page.status, decidedBy]).toEqual(["approved", 409, "local:terminal"]);
        expect(textOf(page.body)).toContain("local:terminal decided this");
      }
    }
  });

  test("S-07: with a flipped bit, another id, used up, out of time or malformed gets one uniform 404", async () => {
    const { ask, link, fill } = await newRoom(await open());
    const [one, other, done] = [await ask(), await ask(), await ask()];
    const address = await link(one.id);
    const used = await link(done.id);
    expect((await fill(used, "approve")).status).toBe(200);
    const stale = await link(one.id, "local:bo", 1);
    await until(async () => (await send(stale)).status === 404);
    const token = tokenOf(address);
    const flipped = [...token].map((character, at) => {
      const flip = String.fromCharCode(character.charCodeAt(0) ^ 1);
      return address.replace(token, encodeURIComponent(token.slice(0, at) + flip + token.slice(at + 1)));
    });
    const wrong = [
      ...flipped,
      used,
      stale,
      address.replace(one.id, other.id),
      address.replace(one.id, "zzzzzz"),
      address.replace(one.id, one.id.toUpperCase().padEnd(7, "X")),
      address.replace(one.id, "..%2f"),
      `${address}&token=${token}`,
      address.replace(/\?.*/, ""),
      address.replace(token, ""),
      address.replace("/approvals/", "/elsewhere/"),
    ];
    const replies = await Promise.all(wrong.map((url) => send(url)));
    const faces = replies.map(({ status, headers: { date: _, ...headers }, body }) => ({
      status,
      headers,
      body,
    }));
    expect(faces[0]!.status).toBe(404);
    for (const face of faces) expect(face).toEqual(faces[0]);
    expect((await send(address)).status).toBe(200);
  });

  test("S-07: decides only as its form was written", async () => {
    const { ask, link, post, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const { id: other } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    expect((await post(address, { ...form, seen: "0".repeat(64) })).status).toBe(403);
    expect((await post(address, { ...form, csrf: `${form.csrf!.slice(0, -2)}AA` })).status).toBe(403);
    expect((await post(address.replace(id, other), form)).status).toBe(404);
    expect((await post(address, { ...form, token: tokenOf(await link(other)) })).status).toBe(404);
    expect([await statusOf(id), await statusOf(other)]).toEqual(["pending", "pending"]);
  });

  test("S-08: used after the deadline answers 410 and changes nothing", async () => {
    const { ask, link, post, db, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    await pass(db, id, "deadline");
    for (const reply of [await send(address), await post(address, form)]) {
      expect(reply.status).toBe(410);
      expect(textOf(reply.body)).toContain("The deadline passed before a decision");
    }
    expect(await deciders.get(id)).toMatchObject({ status: "expired", votes: [] });
  });

  test("answers 410 when the agent stopped waiting", async () => {
    const { ask, link, post, caller, deciders } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    await caller.cancel(id, "the client cancelled");
    for (const reply of [await send(address), await post(address, form)]) {
      expect(reply.status).toBe(410);
      expect(textOf(reply.body)).toContain("The agent stopped waiting");
    }
    expect(await deciders.get(id)).toMatchObject({ status: "cancelled", votes: [] });
  });

  test("S-09: leaves no token in logs, and forbids keeping the page or naming its address", async () => {
    const { ask, link, fill, post, logged } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const opened = await send(address);
    const replies = [
      opened,
      await fill(address, "approve"),
      await post(address, formOn(opened.body, "approve")),
      await send(address),
      await post(address, {}),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 409, 404, 400]);
    for (const { headers, body } of replies) {
      expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
      expect(headers).not.toHaveProperty("location");
      expect(headers).not.toHaveProperty("set-cookie");
      // Own forms may name the site, never the address; nothing on a page leads elsewhere.
      expect(body).toContain('<meta name="referrer" content="strict-origin">');
      expect(body).not.toMatch(/<a |<img|<link|<script|src=|href=/);
    }
    expect(logged.join("")).toContain(id);
    expect(logged.join("")).not.toContain(tokenOf(address));
  });

  test("S-11: of someone who has no say shows the question and cannot decide it", async () => {
    const { ask, link, fill, statusOf } = await newRoom(await open());
    const { id } = await ask({}, { workflow: { ...plainWorkflow, name: "prod", approvers: ["local:ana"] } });
    const address = await link(id, "local:eve");
    expect((await send(address)).status).toBe(200);
    const refused = await fill(address, "approve");
    expect(refused.status).toBe(403);
    expect(textOf(refused.body)).toContain("local:eve does not decide on");
    expect((await fill(address, "deny", { reason: "no" })).status).toBe(403);
    expect(await statusOf(id)).toBe("pending");
  });
});

/** Starts both, one just before the other; a refusal comes back as its error. */
async function race(
  { page, terminal }: { page: () => Promise<Reply>; terminal: () => Promise<unknown> },
  first: "page" | "terminal",
): Promise<readonly [Reply, unknown]> {
  const lead = first === "page" ? page() : undefined;
  const decided = terminal().catch((error: unknown) => error);
  return [await (lead ?? page()), await decided];
}
