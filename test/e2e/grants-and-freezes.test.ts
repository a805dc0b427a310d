import { expect, test } from "vitest";
import { describeOnBothStores } from "./support/both-stores.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, readLedger } from "./support/place.ts";

describeOnBothStores("what holds without asking again", (build) => {
  test("a grant for a tool lets the session's next calls pass, until it is revoked", async () => {
    const approvals = { patience: { "*": "1s" } };
    const here = await build.place({ servers: ledgerServer, approvals });
    const agent = await build.client(here);
    const first = agent.call("led__write", { note: "first" });
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id, "--grant", "tool", "--for", "session")).toMatchObject({
      status: 0,
    });
    await first;
    const granted = () => agent.call("led__write", { note: "again" }).then(({ text }) => text);
    await expect.poll(granted, { timeout: 20_000 }).toBe("write done");
    const [grant] = JSON.parse((await here.run("grants", "list", "--json")).stdout) as { id: string }[];
    expect(await here.run("grants", "revoke", grant!.id)).toMatchObject({ status: 0 });
    const asked = () => agent.call("led__write", { note: "asked" }).then(({ meta }) => meta.status);
    await expect.poll(asked, { timeout: 20_000 }).toBe("waiting");
  });

  test("a frozen session can call nothing, not even what a rule allows, until it is thawed", async () => {
    const here = await build.place({ servers: ledgerServer, policy: { default: "allow" } });
    const agent = await build.client(here);
    const call = () => agent.call("led__read", { note: "x" }).then(({ text }) => text);
    expect(await call()).toBe("read done");
    const [session] = JSON.parse((await here.run("sessions", "list", "--json")).stdout) as { id: string }[];
    expect(await here.run("sessions", "freeze", session!.id)).toMatchObject({ status: 0 });
    await expect.poll(call, { timeout: 20_000 }).toContain("frozen");
    const before = (await readLedger(here)).length;
    expect(await call()).toContain("frozen");
    expect(await readLedger(here)).toHaveLength(before);
    expect(await here.run("sessions", "thaw", session!.id)).toMatchObject({ status: 0 });
    await expect.poll(call, { timeout: 20_000 }).toBe("read done");
  });
});
