import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { promise } from "./requirements.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { connect } from "./support/clients.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";
import { processesNaming } from "./support/processes.ts";

const impatient = { patience: { "*": "1s" } };

async function approve(place: Place, id: string) {
  return place.run("approvals", "approve", id);
}

async function statusOf(place: Place, id: string): Promise<string> {
  const { stdout } = await place.run("approvals", "show", id, "--json");
  return (JSON.parse(stdout) as { status: string }).status;
}

describeOnBothStores("a call whose caller", (build) => {
  test(`S-29 ${promise("gone", "cancelled")}`, async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    const cancel = new AbortController();
    const answer = agent.call("led__write", { note: "x" }, { signal: cancel.signal });
    const { id } = await nextPending(here);
    cancel.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => statusOf(here, id)).toBe("cancelled");
    expect(await approve(here, id)).toMatchObject({ status: 5 });
    expect(await readLedger(here)).toEqual([]);
  });

  test(`S-30 ${promise("gone", "the client hung up")}`, async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    const answer = agent.call("led__write", { note: "x" }).catch(() => "hung up");
    const { id } = await nextPending(here);
    await agent.close();
    expect(await answer).toBe("hung up");
    await expect.poll(() => statusOf(here, id)).toBe("cancelled");
    expect(await approve(here, id)).toMatchObject({ status: 5 });
    expect(await readLedger(here)).toEqual([]);
  });

  test(promise("gone", "nobody decided in time"), async () => {
    const here = await build.place({ servers: ledgerServer, approvals: { timeout: "2s" } });
    const agent = await build.client(here);
    const answer = agent.call("led__write", { note: "x" });
    const { id } = await nextPending(here);
    expect(await answer).toMatchObject({ isError: true, meta: { status: "expired", approvalId: id } });
    expect(await approve(here, id)).toMatchObject({ status: 5 });
    expect(await readLedger(here)).toEqual([]);
  });
});

describeOnBothStores("a call that outwaits its client", (build) => {
  const write = { note: "parked" };

  test(promise("park"), async () => {
    const here = await build.place({ servers: ledgerServer, approvals: impatient });
    const agent = await build.client(here);
    const parked = await agent.call("led__write", write);
    expect(parked).toMatchObject({ isError: true, meta: { status: "waiting", retry: "same-call" } });
    const id = parked.meta.approvalId!;
    expect(await agent.call("led__write", write)).toMatchObject({ meta: { approvalId: id } });
    expect(await approve(here, id)).toMatchObject({ status: 0 });
    expect(await readLedger(here)).toEqual([]);
    expect(await agent.call("led__write", write)).toMatchObject({ text: "write done" });
    const again = await agent.call("led__write", write);
    expect(again.meta.status).toBe("waiting");
    expect(again.meta.approvalId).not.toBe(id);
    expect(await readLedger(here)).toHaveLength(1);
  });

  test(`S-31 ${promise("park", "by the next process of the same client in the same folder")}`, async () => {
    const here = await build.place({ servers: ledgerServer, approvals: impatient });
    const agent = await build.client(here);
    const { meta } = await agent.call("led__write", write);
    await agent.close();
    await approve(here, meta.approvalId!);
    const successor = await build.client(here);
    expect(await successor.call("led__write", write)).toMatchObject({ text: "write done" });
    expect(await readLedger(here)).toHaveLength(1);
  });

  test(`S-35 ${promise("park", "not by another client")}`, async () => {
    const here = await build.place({ servers: ledgerServer, approvals: impatient });
    const agent = await build.client(here);
    const { meta } = await agent.call("led__write", write);
    await agent.close();
    await approve(here, meta.approvalId!);
    const stranger = await build.client(here, "SDK v1", "stranger");
    expect((await stranger.call("led__write", write)).meta.approvalId).not.toBe(meta.approvalId);
    expect(await readLedger(here)).toEqual([]);
  });
});

describeOnBothStores("edited arguments", (build) => {
  test("S-27: the server gets what the person left, and nothing else", async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    const answer = agent.call("led__write", { note: "drop the table" });
    const { id } = await nextPending(here);
    const edited = path.join(here.home, "edited.json");
    await writeFile(edited, '{ "note": "read the table" }');
    expect(await here.run("approvals", "approve", id, "--args", edited)).toMatchObject({ status: 0 });
    await answer;
    expect(await readLedger(here)).toMatchObject([{ arguments: { note: "read the table" } }]);
  });

  test("S-28: an edit that breaks the tool's schema decides nothing", async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    void agent.call("led__write", { note: "x" }).catch(() => {});
    const { id } = await nextPending(here);
    const edited = path.join(here.home, "edited.json");
    await writeFile(edited, '{ "note": 7 }');
    const { status, stderr } = await here.run("approvals", "approve", id, "--args", edited);
    expect(status).toBe(2);
    expect(stderr).toMatch(/note/);
    expect(await statusOf(here, id)).toBe("pending");
    expect(await readLedger(here)).toEqual([]);
  });
});

describe("servers that misbehave", () => {
  describeOnBothStores("one among others", (build) => {
    test(promise("isolate"), async () => {
      const servers = (folder: string) => ({
        ghost: { command: path.join(folder, "no-such-program") },
        dies: { command: process.execPath, args: ["-e", "process.exit(3)"] },
        mute: { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] },
        ...ledgerServer(folder),
      });
      const here = await build.place({ servers, policy: { default: "allow" } });
      const agent = await build.client(here);
      expect(await agent.serverTools()).toEqual(["led__read", "led__write", "led__drop"]);
      expect(await agent.call("led__write", { note: "x" })).toMatchObject({ text: "write done" });
    });
  });
});

describeOnBothStores("an agent", (build) => {
  test("S-47: cannot approve from its own shell", async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    void agent.call("led__write", { note: "x" }).catch(() => {});
    const { id } = await nextPending(here);
    here.env.CLAUDECODE = "1";
    const { status, stderr } = await approve(here, id);
    delete here.env.CLAUDECODE;
    expect(status).toBe(9);
    expect(stderr).toContain("CLAUDECODE");
    expect(await statusOf(here, id)).toBe("pending");
  });

  test("S-26: gets a new approval for other arguments", async () => {
    const here = await build.place({ servers: ledgerServer, approvals: impatient });
    const agent = await build.client(here);
    const first = await agent.call("led__write", { note: "one" });
    await approve(here, first.meta.approvalId!);
    const other = await agent.call("led__write", { note: "two" });
    expect(other.meta.approvalId).not.toBe(first.meta.approvalId);
    expect(await readLedger(here)).toEqual([]);
  });
});

describe("a config", () => {
  test.for([
    ["that is empty", ""],
    ["that is no JSON", "{"],
    ["with an unknown key", '{"polices":{}}'],
    [
      "whose workflow nobody could satisfy",
      '{"approvals":{"workflows":{"w":{"approvers":["a"],"quorum":2}}}}',
    ],
    [
      "with a rule that is no CEL",
      '{"policy":{"rules":[{"name":"r","tool":"*","when":"args.","action":"allow"}]}}',
    ],
  ])(`S-51 ${promise("closed")} %s`, async ([, text], { onTestFinished }) => {
    const here = await makePlace({});
    onTestFinished(() => here.remove());
    await writeFile(here.config, text!);
    const { status, stdout, stderr } = await here.run();
    expect(status).toBe(6);
    expect(stdout).toBe("");
    expect(stderr).toContain("test.config.json");
  });
});

test(`S-30 ${promise("reap", "killed with SIGKILL")}`, async ({ onTestFinished }) => {
  const here = await makePlace({ servers: ledgerServer });
  onTestFinished(() => here.remove());
  const agent = await connect("SDK v1", here);
  await agent.listTools();
  process.kill(agent.pid!, "SIGKILL");
  await agent.close();
  await expect.poll(() => processesNaming(path.join(here.folder, "ledger"))).toEqual([]);
});
