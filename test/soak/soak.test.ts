import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { connect } from "../e2e/support/clients.ts";
import { ledgerServer, makePlace } from "../e2e/support/place.ts";

/** Half an hour by `npm run test:soak`. */
const SECONDS = Number(process.env.PRELOOP_SOAK_SECONDS ?? 6);

// Until here caches fill, code is compiled, and the heap finds its size.
const WARM_UP_ROUNDS = 300;

const rules = [
  { name: "reads", tool: "led__read", action: "allow" },
  { name: "drops", tool: "led__drop", action: "deny" },
];

test(`memory and file handles stay flat over ${SECONDS} s of calls`, {
  timeout: (SECONDS + 180) * 1_000,
}, async ({ onTestFinished }) => {
  const here = await makePlace({ servers: ledgerServer, policy: { rules } });
  const agent = await connect("SDK v1", here);
  onTestFinished(async () => {
    await agent.close();
    await here.remove();
  });
  const round = async () => {
    const reads = Array.from({ length: 20 }, (_, at) => agent.call("led__read", { note: String(at) }));
    await Promise.all([...reads, agent.call("led__drop", { note: "no" })]);
  };

  for (let done = 0; done < WARM_UP_ROUNDS; done++) await round();
  const before = footprint(agent.pid!);
  for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; ) await round();
  const after = footprint(agent.pid!);

  expect(after.handles).toBeLessThanOrEqual(before.handles + 5);
  // Garbage that was not collected yet comes and goes; what leaks goes on for half an hour.
  expect(after.rssMb).toBeLessThan(before.rssMb * 1.3 + 20);
});

function footprint(pid: number): { rssMb: number; handles: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
