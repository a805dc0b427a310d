import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type ApprovalDecisions, createApprovalDecisions } from "#approvals";
import { isAlive, silentLog } from "#base";
import type { ListedApproval } from "#model";
import { openStore } from "#store";
import { ownersOf } from "../support/embedded.ts";
import { promise } from "./requirements.ts";
import { type Builder, describeOnBothStores } from "./support/both-stores.ts";
import type { TestClient } from "./support/clients.ts";
import { ledgerServer, type Place, readLedger } from "./support/place.ts";
import { killNow, processesNaming } from "./support/processes.ts";

/** 50 and more by `npm run test:long`. */
const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 4);
const VICTIMS = ["preloop", "the server", "the store"] as const;

// A note of each call says in which round and as what it was made, so that every trace of it can be told apart.
const noteOf = (round: number, kind: string, at: number) => `${round}-${kind}-${at}`;

describeOnBothStores("whatever is killed", (build) => {
  test(promise("survive", `${ROUNDS} rounds`), { timeout: 60_000 + ROUNDS * 20_000 }, async () => {
    const here = await build.place({
      servers: (folder) => ledgerServer(folder, 30),
      policy: { rules: [{ name: "reads", tool: "led__read", action: "allow" }] },
    });
    const approved = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) await playRound(build, here, round, approved);
    await checkNothingRanTwiceOrUnapproved(here, approved);
    await checkEverythingIsWrittenDown(here);
  });
});

async function playRound(build: Builder, here: Place, round: number, approved: Set<string>): Promise<void> {
  const agent = await build.client(here);
  expect(await agent.listTools()).toContain("led__write");
  const deciders = await openDeciders(here);
  const calls = [0, 1, 2].flatMap((at) => [
    agent.call("led__write", { note: noteOf(round, "write", at) }),
    agent.call("led__write", { note: noteOf(round, "never", at) }),
    agent.call("led__read", { note: noteOf(round, "read", at) }),
  ]);
  const ended = Promise.allSettled(calls);
  const deciding = approveWrites(deciders.side, round, approved).catch(() => {});
  await sleep(200 + Math.random() * 800);
  const victim = VICTIMS[round % VICTIMS.length]!;
  await kill(victim, here, agent);
  await Promise.race([deciding, sleep(4_000)]);
  if (victim !== "preloop") expect(await agent.listTools()).toContain("led__write");
  await agent.close().catch(() => {});
  await ended;
  await deciders.close();
}

async function openDeciders({ env, home }: Place) {
  const db = await openStore({ url: env.DATABASE_URL, home, log: silentLog });
  return { side: createApprovalDecisions({ db }), close: () => db.close().catch(() => {}) };
}

async function approveWrites(side: ApprovalDecisions, round: number, approved: Set<string>): Promise<void> {
  for (let done = 0; done < 3; ) {
    const pending = await side.list({ status: ["pending"] }).catch(() => [] as ListedApproval[]);
    for (const approval of pending) {
      const { note } = JSON.parse((await side.get(approval.id)).effectiveArgs) as { note: string };
      if (!note.startsWith(`${round}-write-`)) continue;
      // Said before it is done: a vote whose answer is lost may count all the same.
      approved.add(note);
      const ok = await side.decide({ id: approval.id, decider: "test", verdict: "approve" }).then(
        () => true,
        () => false,
      );
      if (ok) done++;
    }
    await sleep(50);
  }
}

async function kill(victim: (typeof VICTIMS)[number], here: Place, agent: TestClient): Promise<void> {
  if (victim === "preloop") return killNow(agent.pid!);
  const pids =
    victim === "the server"
      ? await processesNaming(path.join(here.folder, "ledger"))
      : ownersOf(here.home).filter(isAlive);
  for (const pid of pids) killNow(pid);
}

async function checkNothingRanTwiceOrUnapproved(here: Place, approved: ReadonlySet<string>): Promise<void> {
  const notes = (await readLedger(here)).map((line) => String(line.arguments.note));
  expect(notes.filter((note, at) => notes.indexOf(note) !== at)).toEqual([]);
  expect(notes.filter((note) => !note.includes("-read-") && !approved.has(note))).toEqual([]);
  expect(notes.length).toBeGreaterThan(0);
}

async function checkEverythingIsWrittenDown(here: Place): Promise<void> {
  const ran = (await readLedger(here)).map((line) => String(line.arguments.note)).sort();
  const { stdout } = await here.run("audit", "list", "--json");
  const records = JSON.parse(stdout) as { callId: string; arguments: string }[];
  const written = records.map((record) => (JSON.parse(record.arguments) as { note: string }).note);
  expect(ran.filter((note) => !written.includes(note))).toEqual([]);
  expect(new Set(records.map(({ callId }) => callId)).size).toBe(records.length);
  expect(await here.run("audit", "verify")).toMatchObject({ status: 0 });
}
