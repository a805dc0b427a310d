import { expect, onTestFinished } from "vitest";
import { promise } from "./requirements.ts";
import { type Builder, describeOnBothStores } from "./support/both-stores.ts";
import { type Bytes, type Heard, openBytes } from "./support/bytes.ts";
import { mountTest, moveToSmallDisk } from "./support/disk.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";

const policy = { rules: [{ name: "reads", tool: "led__read", action: "allow" }] };

function placeWithReads(build: Builder): Promise<Place> {
  return build.place({ servers: ledgerServer, policy });
}

/** Calls a tool with a note of its own, as often as it is asked to. */
function caller(agent: Bytes, tool: string): () => Promise<Heard> {
  let count = 0;
  return () => {
    const id = `${tool} ${++count}`;
    agent.call(id, tool, JSON.stringify({ note: id }));
    return agent.answer(id);
  };
}

const refusedByJournal = {
  code: -32603,
  message: expect.stringMatching(/journal.* cannot be written: .*room/),
};

describeOnBothStores("a disk that fills up", (build) => {
  mountTest(promise("written", "a full disk"), async () => {
    const here = await placeWithReads(build);
    const disk = moveToSmallDisk(here);
    const agent = await openBytes(here);
    const read = caller(agent, "led__read");
    expect((await read()).result).toBeDefined();
    disk.fill();
    // What is left of the journal's last page takes a few more records.
    while ((await read()).result);
    const ran = await readLedger(here);
    for (let again = 0; again < 3; again++) expect((await read()).error).toEqual(refusedByJournal);
    expect(await readLedger(here)).toEqual(ran);

    disk.makeRoom();
    expect((await read()).result).toBeDefined();
    await agent.close();
    expect(await readLedger(here)).toHaveLength(ran.length + 1);
    const { stdout } = await here.run("audit", "list", "--json");
    const outcomes = (JSON.parse(stdout) as { outcome: string }[]).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(ran.length + 1);
    expect(outcomes.filter((outcome) => outcome === "error")).toHaveLength(4);
    expect(await here.run("audit", "verify")).toMatchObject({ status: 0 });
  });

  mountTest("a call that a person approved does not leave while it cannot be written down", async () => {
    const here = await placeWithReads(build);
    const disk = moveToSmallDisk(here);
    const agent = await openBytes(here);
    const [read, write] = [caller(agent, "led__read"), caller(agent, "led__write")];
    const asked = write();
    const { id } = await nextPending(here);
    disk.fill();
    while ((await read()).result);
    const ran = await readLedger(here);
    const { status, stderr } = await here.run("approvals", "approve", id);
    // The embedded store is on the full disk too, and may or may not find room for a vote.
    expect([0, 8]).toContain(status);
    if (status === 0) expect((await asked).error).toEqual(refusedByJournal);
    else expect(stderr).toContain("make room on its disk");
    expect(await readLedger(here)).toEqual(ran);
    agent.child.kill("SIGKILL");
    await asked.catch(() => {});
  });
});

describeOnBothStores("a home that is read-only", (build) => {
  mountTest(promise("written", "a read-only home"), async () => {
    const here = await placeWithReads(build);
    const disk = moveToSmallDisk(here);
    await here.run("audit", "list"); // makes the secret key
    await disk.leave();
    disk.remount("ro");
    const agent = await openBytes(here);
    const [read, write] = [caller(agent, "led__read"), caller(agent, "led__write")];
    expect((await read()).error).toMatchObject({
      message: expect.stringMatching(/journal.* cannot be written: .*read-only.*PRELOOP_HOME/),
    });
    const asked = write();
    if (here.env.DATABASE_URL) {
      const { id } = await nextPending(here);
      expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    }
    expect((await asked).error).toMatchObject({
      message: expect.stringMatching(/read-only.*set PRELOOP_HOME/),
    });
    expect(await readLedger(here)).toEqual([]);
    agent.child.kill("SIGKILL");
  });
});

mountTest("a home that is read-only before it was ever used is named at the start", async () => {
  const here = await makePlace({ servers: ledgerServer, policy });
  onTestFinished(() => here.remove());
  moveToSmallDisk(here).remount("ro");
  const { status, stdout, stderr } = await here.run();
  expect({ status, stdout }).toEqual({ status: 8, stdout: "" });
  expect(stderr).toMatch(/secret\.key cannot be written: .*read-only.*set PRELOOP_HOME/);
});
