import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createApprovalDecisions } from "#approvals";
import { isAlive, silentLog } from "#base";
import { openStore } from "#store";
import { ownersOf } from "../support/embedded.ts";
import { promise } from "./requirements.ts";
import { type Bytes, openBytes } from "./support/bytes.ts";
import { hasPostgresPrograms, startCluster } from "./support/cluster.ts";
import { textOf } from "./support/heavy.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";
import { killNow } from "./support/processes.ts";

/** How often the store goes down; more by `npm run test:long`. */
const RESTARTS = process.env.PRELOOP_TEST_ROUNDS ? 20 : 2;
const WRITES_BETWEEN = 4;

describe("the store goes down under load", () => {
  test(promise("survive", "the embedded store's process is killed"), {
    timeout: 60_000 + RESTARTS * 30_000,
  }, async () => {
    const here = await placeAt(undefined);
    await playThrough(here, async () => {
      for (const pid of ownersOf(here.home).filter(isAlive)) killNow(pid);
    });
  });

  const title = hasPostgresPrograms ? "" : " [SKIPPED: needs root and what .ci/postgres installs]";
  test.skipIf(!hasPostgresPrograms)(
    promise("survive", `PostgreSQL restarts${title}`),
    { timeout: 60_000 + RESTARTS * 30_000 },
    async () => {
      const cluster = await startCluster();
      const here = await placeAt(cluster.url);
      await playThrough(here, (round) => cluster.restart(round % 2 === 0 ? "immediate" : "fast"));
    },
  );
});

async function placeAt(databaseUrl: string | undefined): Promise<Place> {
  const here = await makePlace({
    servers: (folder) => ledgerServer(folder, 20),
    policy: { rules: [{ name: "reads", tool: "led__read", action: "allow" }] },
    approvals: { patience: { "*": "10m" } },
    databaseUrl,
  });
  onTestFinished(() => here.remove());
  return here;
}

async function playThrough(here: Place, restart: (round: number) => Promise<void>): Promise<void> {
  const agent = await openBytes(here);
  onTestFinished(() => void agent.child.kill("SIGKILL"));
  const stop = new AbortController();
  const deciding = approveAll(here, stop.signal);
  const load = startLoad(agent);
  for (let round = 0; round < RESTARTS; round++) {
    await load.until(WRITES_BETWEEN);
    await restart(round);
  }
  await load.until(WRITES_BETWEEN);
  const { reads, done, answered } = await load.end();
  stop.abort();
  await deciding;
  await agent.close();

  const ran = (await readLedger(here)).map(({ tool, arguments: { note } }) => `${tool} ${note}`);
  const writes = ran.filter((line) => line.startsWith("write")).sort();
  // What ran is what was answered so: nothing twice, nothing lost.
  expect(writes).toEqual(done.sort());
  expect(ran.filter((line) => line.startsWith("read"))).toHaveLength(reads);
  await checkAudit(here, reads + answered, ran.length);
}

/** Allowed calls one after the other, and three asked ones at a time. */
function startLoad(agent: Bytes) {
  let isOver = false;
  let reads = 0;
  let answered = 0;
  const done: string[] = [];
  const ask = async (tool: string, note: string) => {
    agent.call(`${tool} ${note}`, `led__${tool}`, JSON.stringify({ note }));
    return agent.answer(`${tool} ${note}`);
  };
  const reading = async () => {
    for (; !isOver; reads++) expect(textOf(await ask("read", String(reads)))).toBe("read done");
  };
  const writing = async (who: number) => {
    for (let count = 0; !isOver; count++) {
      const note = `${who}-${count}`;
      const answer = await ask("write", note);
      answered += 1;
      if (textOf(answer) === "write done") done.push(`write ${note}`);
      else expect(answer.result ?? answer.error).toBeDefined();
    }
  };
  const all = Promise.all([reading(), ...[0, 1, 2].map(writing)]);
  all.catch(() => {}); // end() tells
  return {
    async until(more: number): Promise<void> {
      const wanted = done.length + more;
      while (done.length < wanted) await Promise.race([sleep(20), all]);
    },
    async end() {
      isOver = true;
      await all;
      return { reads, done, answered };
    },
  };
}

async function approveAll({ env, home }: Place, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const db = await openStore({ url: env.DATABASE_URL, home, log: silentLog }).catch(() => undefined);
    if (!db) continue;
    const side = createApprovalDecisions({ db });
    try {
      while (!signal.aborted) {
        for (const { id } of await side.list({ status: ["pending"] }))
          await side.decide({ id, decider: "test", verdict: "approve" });
        await sleep(20);
      }
    } catch {
      // The store went away, or somebody else's caller did; the next look tells.
    } finally {
      await db.close().catch(() => {});
    }
  }
}

async function checkAudit(here: Place, calls: number, ran: number): Promise<void> {
  const { stdout } = await here.run("audit", "list", "--json");
  const records = JSON.parse(stdout) as { callId: string; outcome: string }[];
  expect(records).toHaveLength(calls);
  expect(new Set(records.map(({ callId }) => callId)).size).toBe(calls);
  expect(records.filter(({ outcome }) => outcome === "ok")).toHaveLength(ran);
  expect(await here.run("audit", "verify")).toMatchObject({ status: 0 });
}
