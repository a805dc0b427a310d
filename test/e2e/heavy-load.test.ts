import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeOnBothStores } from "./support/both-stores.ts";
import { openBytes } from "./support/bytes.ts";
import { heavyHeard, heavyServers, openHeavy, peakMb, textOf } from "./support/heavy.ts";
import { nextPending } from "./support/pending.ts";

const MB = 1024 * 1024;
const argumentsOf = (bytes: number) => `{"text":"${"x".repeat(bytes)}"}`;

test("an argument of 20 MB fails its own call, with its id, and one of 9 MB arrives whole", async () => {
  const { here, agent } = await openHeavy();
  agent.call("too long", "heavy__echo", argumentsOf(20 * MB));
  agent.call("long", "heavy__echo", argumentsOf(9 * MB));
  expect((await agent.answer("too long")).error).toEqual({
    code: -32600,
    message: expect.stringMatching(/^A message of \d+ bytes is over the limit of 10485760$/),
  });
  expect((await agent.answer("long")).result?.isError).toBeUndefined();
  expect((await here.run("audit", "list")).stdout).toMatch(/frame_refused .*over the limit/);
  const heard = heavyHeard(here);
  expect(heard).toHaveLength(1);
  expect(JSON.parse(heard[0]!)).toMatchObject({ params: { arguments: { text: "x".repeat(9 * MB) } } });
  expect(peakMb(agent)).toBeLessThan(300);
});

describeOnBothStores("a question about 9 MB", (build) => {
  test("is asked, shown in part, and runs whole", async () => {
    const here = await build.place({ servers: heavyServers });
    const agent = await openBytes(here);
    agent.call(1, "heavy__echo", argumentsOf(9 * MB));
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect((await agent.answer(1)).result?.isError).toBeUndefined();
    expect(heavyHeard(here)[0]).toContain(argumentsOf(9 * MB));
    await agent.close();
  });
});

test("a result of 200 MB fails its own call, while others go on", async () => {
  const { agent } = await openHeavy();
  agent.call("flood", "heavy__big", `{"bytes":${200 * MB}}`);
  agent.call("beside", "led__read", '{"note":"x"}');
  agent.call("after", "heavy__big", `{"bytes":${9 * MB}}`);
  expect(textOf(await agent.answer("beside"))).toBe("read done");
  const flood = await agent.answer("flood");
  expect(flood.result).toMatchObject({ isError: true });
  expect(textOf(flood)).toMatch(/too large.*may have taken effect/);
  expect(textOf(await agent.answer("after"))).toBe("x".repeat(9 * MB));
  expect(peakMb(agent)).toBeLessThan(300);
});

test("10,000 tools are listed once each, and the last one is called", async () => {
  const { agent } = await openHeavy(10_000);
  agent.say('{"jsonrpc":"2.0","id":"list","method":"tools/list"}');
  const { tools } = (await agent.answer("list")).result as { tools: { name: string }[] };
  const names = tools.map(({ name }) => name).filter((name) => name.startsWith("heavy__extra-"));
  expect(names).toHaveLength(10_000);
  expect(new Set(names).size).toBe(10_000);
  agent.call("last", "heavy__extra-9999");
  expect(textOf(await agent.answer("last"))).toBe("extra-9999");
  expect(peakMb(agent)).toBeLessThan(300);
});

test("200 calls in flight are each answered with their own result, whatever the order", async () => {
  const { agent } = await openHeavy();
  const waits = Array.from({ length: 200 }, (_, at) => 400 - 2 * at);
  for (const ms of waits) agent.call(ms, "heavy__wait", `{"ms":${ms}}`);
  const texts = await Promise.all(waits.map(async (ms) => textOf(await agent.answer(ms))));
  expect(texts).toEqual(waits.map((ms) => `waited ${ms}`));
});

test("a client that stops reading holds everybody up, and finds all its answers when it reads again", async () => {
  const { agent } = await openHeavy();
  const ids = Array.from({ length: 100 }, (_, at) => at);
  agent.child.stdout.pause();
  for (const id of ids) agent.call(id, "heavy__big", `{"bytes":${MB}}`);
  await sleep(2_000); // enough for a session that did not hold back to be over
  agent.child.stdout.resume();
  for (const id of ids) expect(textOf(await agent.answer(id))).toHaveLength(MB);
  expect(peakMb(agent)).toBeLessThan(300);
});

test("a server that stops reading is ended with the calls it has, and started anew", async () => {
  const { agent } = await openHeavy();
  agent.call("deaf", "heavy__deaf");
  const ids = Array.from({ length: 80 }, (_, at) => at);
  for (const id of ids) agent.call(id, "heavy__echo", argumentsOf(MB));
  // A slow machine reads the last of them when the new server is up, which answers those.
  for (const id of ["deaf", 0]) expect((await agent.answer(id)).result).toMatchObject({ isError: true });
  for (const id of ids.slice(1)) expect((await agent.answer(id)).result).toBeDefined();
  agent.call("beside", "led__read", '{"note":"x"}');
  expect(textOf(await agent.answer("beside"))).toBe("read done");
  for (let attempt = 0; ; attempt++) {
    agent.call(`again ${attempt}`, "heavy__wait", '{"ms":1}');
    if (textOf(await agent.answer(`again ${attempt}`)) === "waited 1") break;
    await sleep(100);
  }
  expect(agent.said()).toContain("stopped reading what it is sent");
  expect(peakMb(agent)).toBeLessThan(800);
});
