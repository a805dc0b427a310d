import { existsSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { promise } from "./requirements.ts";
import { connect } from "./support/clients.ts";
import { ledgerServer, makePlace, type Place } from "./support/place.ts";

const program = path.join(import.meta.dirname, "support/odd-server.mjs");

function ledgerOf(folder: string): string {
  return path.join(folder, "acted");
}

async function beside(habit: "mute" | "fails-once" | "dies" | "slow") {
  const here = await makePlace({
    servers: (folder) => ({
      odd: { command: process.execPath, args: [program, habit, ledgerOf(folder)] },
      ...ledgerServer(folder),
    }),
    policy: { default: "allow" },
  });
  const agent = await connect("SDK v1", here);
  onTestFinished(async () => {
    await agent.close();
    await here.remove();
  });
  return { here, agent };
}

async function outcomeOf(here: Place, tool: string): Promise<string | undefined> {
  const { stdout } = await here.run("audit", "list", "--json");
  const records = JSON.parse(stdout) as { tool: string; outcome: string }[];
  return records.find((record) => record.tool === tool)?.outcome;
}

test(promise("isolate", "it never lists its tools"), async () => {
  const { agent } = await beside("mute");
  expect(await agent.serverTools()).toEqual(["led__read", "led__write", "led__drop"]);
  expect(await agent.call("led__write", { note: "x" })).toMatchObject({ text: "write done" });
});

test("a server that fails to list its tools once is asked again", async () => {
  const { agent } = await beside("fails-once");
  await expect.poll(() => agent.listTools(), { timeout: 20_000 }).toContain("odd__act");
});

test("a server that dies with a call leaves the agent knowing that it may have run", async () => {
  const { agent, here } = await beside("dies");
  await expect.poll(() => agent.listTools(), { timeout: 20_000 }).toContain("odd__act");
  const answer = await agent.call("odd__act", {});
  expect(answer).toMatchObject({ isError: true, meta: { status: "unknown", retry: "never" } });
  expect(answer.text).toContain("may have taken effect");
  await expect.poll(() => outcomeOf(here, "act"), { timeout: 20_000 }).toBe("unknown");
});

test("a call that was cancelled after it was sent is written down as unknown", async () => {
  const { agent, here } = await beside("slow");
  await expect.poll(() => agent.listTools(), { timeout: 20_000 }).toContain("odd__act");
  const cancel = new AbortController();
  const answer = agent.call("odd__act", {}, { signal: cancel.signal });
  await expect.poll(() => existsSync(ledgerOf(here.folder)), { timeout: 20_000 }).toBe(true);
  cancel.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(() => outcomeOf(here, "act"), { timeout: 20_000 }).toBe("unknown");
});
