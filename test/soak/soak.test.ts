import { readdirSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { type ApprovalDecisions, createApprovalDecisions } from "#approvals";
import { isAlive, silentLog } from "#base";
import { isWhole } from "#model";
import { openStore } from "#store";
import { connect, type TestClient } from "../e2e/support/clients.ts";
import { ledgerServer, makePlace, type Place } from "../e2e/support/place.ts";
import { ownersOf } from "../support/embedded.ts";

/** Half an hour by `npm run test:soak`. */
const SECONDS = Number(process.env.PRELOOP_SOAK_SECONDS ?? 6);
const REPORT_MS = 60_000;

// Until here caches fill, code is compiled, and the heap finds its size.
const WARM_UP_ROUNDS = 300;

// The store opens the file of a table or an index when it first needs it, some of them late.
const MORE_HANDLES = { preloop: 5, store: 30 };

const rules = [
  { name: "reads", tool: "led__read", action: "allow" },
  { name: "drops", tool: "led__drop", action: "deny" },
];

test(`memory and file handles stay flat over ${SECONDS} s of calls`, {
  timeout: (SECONDS + 180) * 1_000,
}, async () => {
  const here = await makePlace({ servers: ledgerServer, policy: { rules } });
  onTestFinished(() => here.remove());
  const agent = await connect("SDK v1", here);
  onTestFinished(() => agent.close());
  const round = rounds(agent, await openDeciders(here));
  const look = () => ({ preloop: footprint(agent.pid!), store: footprint(ownerOf(here)) });

  for (let done = 0; done < WARM_UP_ROUNDS; done++) await round();
  const before = look();
  report("after warming up", before);
  let reportAt = Date.now() + REPORT_MS;
  for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; ) {
    await round();
    if (Date.now() < reportAt) continue;
    reportAt += REPORT_MS;
    report("on the way", look());
  }
  const after = look();
  report("at the end", after);

  for (const process of ["preloop", "store"] as const) {
    expect(after[process].handles).toBeLessThanOrEqual(before[process].handles + MORE_HANDLES[process]);
    // Garbage that was not collected yet comes and goes; what leaks goes on for half an hour.
    expect(after[process].rssMb).toBeLessThan(before[process].rssMb * 1.3 + 20);
  }
});

/** Plays a round at each call: many allowed calls, a denied one, and now and then one that is approved or cancelled. */
function rounds(agent: TestClient, side: ApprovalDecisions): () => Promise<void> {
  let count = 0;
  return async () => {
    count += 1;
    const reads = Array.from({ length: 20 }, (_, at) => agent.call("led__read", { note: String(at) }));
    await Promise.all([...reads, agent.call("led__drop", { note: "no" })]);
    if (count % 20 !== 0) return;
    const cancel = new AbortController();
    const cancelled = agent.call("led__write", { note: "cancelled" }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 5);
    await expect(cancelled).rejects.toThrow();
    const written = agent.call("led__write", { note: "approved" });
    await approveNext(side);
    expect(await written).toMatchObject({ text: "write done" });
  };
}

async function approveNext(side: ApprovalDecisions): Promise<void> {
  for (;;) {
    const pending = await side.list({ status: ["pending"] });
    const next = pending.find((one) => isWhole(one) && one.effectiveArgs.includes("approved"));
    if (next) return void (await side.decide({ id: next.id, decider: "test", verdict: "approve" }));
  }
}

async function openDeciders({ home }: Place): Promise<ApprovalDecisions> {
  const db = await openStore({ url: undefined, home, log: silentLog });
  onTestFinished(() => db.close());
  return createApprovalDecisions({ db });
}

function ownerOf({ home }: Place): number {
  return ownersOf(home).filter(isAlive).at(-1)!;
}

type Footprint = Readonly<Record<"rssMb" | "handles", number>>;

function footprint(pid: number): Footprint {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    rssMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024),
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}

function report(when: string, found: Readonly<Record<"preloop" | "store", Footprint>>): void {
  const words = Object.entries(found).map(
    ([name, { rssMb, handles }]) => `${name} ${rssMb} MB, ${handles} handles`,
  );
  console.log(`${when}: ${words.join("; ")}`);
}
