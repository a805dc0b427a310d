import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ROOT } from "../support/run-preloop.ts";
import { type CallResult, connect, type TestClient } from "./support/clients.ts";
import { connectEra, type EraClient } from "./support/era-client.ts";
import { type Answer, type Lines, openLines } from "./support/lines.ts";
import { nextPending, pendings } from "./support/pending.ts";
import { makePlace, type Place } from "./support/place.ts";

// Each client starts preloop and its servers; on a busy machine that alone can take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const fixture = (name: string) => ({
  command: process.execPath,
  args: [path.join(ROOT, "test/fixtures", name)],
});
const servers = () => ({ old: fixture("era-legacy.mjs"), new: fixture("era-modern.mjs") });

let here: Place;
const open: { close(): Promise<unknown> }[] = [];
beforeAll(async () => {
  here = await makePlace({
    servers,
    policy: {
      default: "allow",
      rules: [{ name: "asked", tool: ["*__several", "*__touch"], action: "ask" }],
    },
    approvals: { patience: { impatient: "1s", hasty: "50ms" } },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => here?.remove());

function keep<T extends { close(): Promise<unknown> }>(one: T): T {
  open.push(one);
  return one;
}

describe("an approved call of several rounds", () => {
  test.for(["new", "old"])("is asked about once (server %s)", async (server) => {
    const client: EraClient = keep(await connectEra("SDK v2, modern era", here));
    const answer = client.call(`${server}__several`);
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect(await answer).toEqual(["blue", "green"]);
    const mine = async (...command: string[]) => {
      const { stdout } = await here.run(...command, "--json");
      return (JSON.parse(stdout) as { server: string }[]).filter((one) => one.server === server);
    };
    expect(await mine("approvals", "list", "--all")).toMatchObject([{ id, status: "executed" }]);
    const calls = await mine("audit", "list");
    expect(calls).toMatchObject([{ tool: "several", outcome: "ok", approval: id }]);
  });
});

describe("the state that a modern client is given", () => {
  const call = { name: "new__rounds", arguments: { count: 2 } };
  const inputResponses = { a: { action: "accept", content: { colour: "red" } } };
  const stateOf = ({ result }: Answer) => String(result?.requestState);

  let lines: Lines;
  beforeAll(() => {
    lines = openLines(here);
  });
  afterAll(() => lines?.close());

  async function firstLeg(): Promise<string> {
    const first = await lines.askModern("tools/call", call);
    expect(first.result).toMatchObject({ resultType: "input_required" });
    return stateOf(first);
  }

  test("goes on with the same request, once", async () => {
    const requestState = await firstLeg();
    const retry = { ...call, inputResponses, requestState };
    const second = await lines.askModern("tools/call", retry);
    expect(second.result).toMatchObject({ resultType: "input_required" });
    expect(await lines.askModern("tools/call", retry)).toMatchObject({ error: { code: -32602 } });
    const last = await lines.askModern("tools/call", { ...retry, requestState: stateOf(second) });
    expect(last.result).toMatchObject({ resultType: "complete", content: [{ text: '["red","red"]' }] });
  });

  test.for([
    ["with other arguments", { arguments: { count: 1 } }],
    ["with another tool", { name: "new__elicit" }],
  ] as const)("does not go on %s", async ([, change]) => {
    const requestState = await firstLeg();
    const other = { ...call, inputResponses, requestState, ...change };
    expect(await lines.askModern("tools/call", other)).toMatchObject({ error: { code: -32602 } });
  });

  test("cannot be made up, nor stretched", async () => {
    const requestState = await firstLeg();
    const [nonce, expiry, signature] = requestState.split(".");
    const forged = ["[]", "", `${nonce}.${Number(expiry) + 1}.${signature}`, `${nonce}.${expiry}.AAAA`, 7];
    for (const requestState of forged) {
      const answer = await lines.askModern("tools/call", { ...call, inputResponses, requestState });
      expect(answer).toMatchObject({ error: { code: -32602 } });
    }
  });
});

describe("a call that waits for a person longer than its modern client can", () => {
  test("goes on over several legs, and runs once approved", async () => {
    const client: TestClient = keep(await connect("SDK v2, modern era", here, "impatient"));
    const answer = client.call("new__touch", {});
    const { id } = await nextPending(here);
    await sleep(2_500);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect(await answer).toMatchObject({ text: '"touched"' });
  });

  test("is parked in the end, and redeemed by the same call", async () => {
    const client: TestClient = keep(await connect("SDK v2, modern era", here, "hasty"));
    const parked: CallResult = await client.call("new__touch", {});
    expect(parked).toMatchObject({ isError: true, meta: { status: "waiting", retry: "same-call" } });
    const [{ id } = { id: "" }] = await pendings(here);
    await here.run("approvals", "approve", id);
    expect(await client.call("new__touch", {})).toMatchObject({ text: '"touched"' });
  });
});

describe("a client that cannot answer", () => {
  const nothing = {} as Parameters<typeof connectEra>[2];

  test.for([
    ["SDK v1", ["new"]],
    ["SDK v2, modern era", ["new", "old"]],
  ] as const)("is told so (%s, servers %s)", async ([kind, servers]) => {
    const client: EraClient = keep(await connectEra(kind, here, nothing));
    for (const server of servers) {
      // A server that looks at what the client can refuses with an error; one that does not is refused by preloop.
      const said = await client.call(`${server}__elicit`).catch((error: Error) => error.message);
      expect(said).toMatch(/elicitation/);
      expect(await client.call(`${server}__echo`, { text: "still here" })).toBe("still here");
    }
  });
});

test("a modern client hears how long it may keep what it got", async () => {
  const lines = keep(openLines(here));
  const ours = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
  const own = { resultType: "complete", ttlMs: 60_000, cacheScope: "public" };
  expect(await lines.askModern("tools/list", {})).toMatchObject({ result: ours });
  const read = (uri: string) => lines.askModern("resources/read", { uri });
  expect(await read("note://old/one")).toMatchObject({ result: ours });
  expect(await read("note://new/one")).toMatchObject({ result: own });
});

test("a legacy client is not asked for ever", async () => {
  const client: EraClient = keep(await connectEra("SDK v1", here));
  expect(await client.call("new__rounds", { count: 9 })).toMatch(/after 8 rounds/);
  expect(client.asked).toHaveLength(8);
});

describe("a modern client", () => {
  let client: EraClient;
  beforeAll(async () => {
    client = await connectEra("SDK v2, modern era", here);
    await client.toolNames();
  });
  afterAll(() => client?.close());

  test.for(["new", "old"])("is not asked for ever (server %s)", async (server) => {
    const before = client.asked.length;
    expect(await client.call(`${server}__rounds`, { count: 9 })).toMatch(/after 8 rounds/);
    expect(client.asked).toHaveLength(before + 8);
  });

  test("is sent to the links that a legacy server wants opened first", async () => {
    expect(await client.call("old__link")).toBe("opened");
    expect(client.asked).toContain("[old] Open this");
  });

  test("hears no log line of a legacy server that it did not ask for", async () => {
    await client.call("old__log");
    expect(client.told).toEqual([]);
    await client.setLevel("warning");
    await client.call("old__log");
    await client.hears("notifications/message");
    expect(client.told).toMatchObject([{ params: { level: "warning" } }]);
  });

  test("no longer watches a legacy server's resource when its stream ends", async () => {
    const unwatch = await client.watch("note://old/one");
    const seen = () => client.call("old__seen") as Promise<{ subscribed: string[]; unsubscribed: string[] }>;
    await expect.poll(seen).toMatchObject({ subscribed: ["note://old/one"], unsubscribed: [] });
    await unwatch();
    await expect.poll(seen).toMatchObject({ unsubscribed: ["note://old/one"] });
  });
});
