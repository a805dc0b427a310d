import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "#base";
import type { ClientFace, Upstream } from "#upstreams";
import { createCarrying } from "../../src/gateway/carrying.ts";
import { inputRequired } from "../../src/gateway/input.ts";
import type { Line } from "../../src/gateway/line.ts";
import { createRounds, type Leg, type Rounds } from "../../src/gateway/rounds.ts";
import type { ServerRequests } from "../../src/gateway/server-requests/server-requests.ts";

const client: ClientFace = {
  era: "modern",
  protocolVersion: "2026-07-28",
  capabilities: { elicitation: {}, roots: {} },
  clientInfo: { name: "c" },
};
// Only the name of a server counts here.
const upstream = { name: "old" } as Upstream;
// What may be asked is looked at elsewhere: here all of it is.
const serverRequests = { askAll: ({ result }, put) => put(result) } as ServerRequests;
const open: Rounds[] = [];
afterEach(() => Promise.all(open.splice(0).map((rounds) => rounds.close())));

function roundsFor({ holdMs = 60_000, carrying = createCarrying() } = {}): Rounds {
  const rounds = createRounds({
    key: Buffer.from("a key"),
    clock: systemClock,
    holdMs,
    carrying,
    serverRequests,
  });
  open.push(rounds);
  return rounds;
}

function leg(params: Leg["params"] = {}, signal = new AbortController().signal): Leg {
  const all = { name: "t", ...params };
  return {
    session: "s",
    method: "tools/call",
    params: all,
    raw: JSON.stringify(all),
    client,
    signal,
    progressToken: undefined,
    tellProgress() {},
  };
}

const done = { reply: { kind: "result", text: '{"done":true}' } } as const;
const never = () => new Promise<never>(() => {});
const question = (text: string) =>
  inputRequired(`{"a":{"method":"elicitation/create","params":{"message":${JSON.stringify(text)}}}}`);
const read = ({ reply }: { readonly reply: { readonly text: string } }) =>
  JSON.parse(reply.text) as { requestState: string; inputRequests: Record<string, unknown> };

describe("a journey whose client does not come back", () => {
  test("is given up after a while, and its state with it", async () => {
    const rounds = roundsFor({ holdMs: 20 });
    let line: Line | undefined;
    const first = await rounds.travel(leg(), async (given) => {
      line = given;
      await given.ask(question("?"), upstream);
      return done;
    });
    await expect.poll(() => line?.signal.aborted).toBe(true);
    const late = rounds.travel(leg({ requestState: read(first).requestState }), never);
    await expect(late).rejects.toMatchObject({ code: "params_invalid" });
  });

  test("is given up when the client cancels a later leg", async () => {
    const rounds = roundsFor();
    const journey = async (line: Line) => {
      const given = new Promise<never>((_, reject) => {
        line.signal.addEventListener("abort", () => reject(new Error("given up")));
      });
      await line.ask(question("?"), upstream);
      return given;
    };
    const { requestState } = read(await rounds.travel(leg(), journey));
    const abort = new AbortController();
    const second = rounds.travel(leg({ requestState }, abort.signal), never);
    abort.abort();
    await expect(second).rejects.toThrow("given up");
  });

  test("is given up when the session ends", async () => {
    const rounds = roundsFor();
    let ended = false;
    await rounds.travel(leg(), async (line) => {
      await line.ask(question("?"), upstream).catch(() => {});
      ended = true;
      return done;
    });
    await rounds.close();
    expect(ended).toBe(true);
  });
});

test("a journey that ends between two legs is answered on the next", async () => {
  const rounds = roundsFor();
  const first = await rounds.travel(leg(), async (line) => {
    void line.ask(question("?"), upstream);
    await sleep(5);
    return done;
  });
  await sleep(20);
  expect(await rounds.travel(leg({ requestState: read(first).requestState }), never)).toBe(done);
});

test("a state signed with another key is refused", async () => {
  const ask = async (line: Line) => {
    await line.ask(question("?"), upstream);
    return done;
  };
  const { requestState } = read(await roundsFor().travel(leg(), ask));
  const others = createRounds({
    key: Buffer.from("another key"),
    clock: systemClock,
    holdMs: 1,
    carrying: createCarrying(),
    serverRequests,
  });
  await expect(others.travel(leg({ requestState }), ask)).rejects.toMatchObject({ code: "params_invalid" });
});

describe("a legacy server's question", () => {
  const signal = new AbortController().signal;
  const roots = { upstream, method: "roots/list", params: undefined, signal };

  test("waits for a request that can carry it, and is asked again when the client leaves it out", async () => {
    const carrying = createCarrying();
    const rounds = roundsFor({ carrying });
    const answer = carrying.ask(roots);
    const journey = async (line: Line) => {
      const leave = line.carry(upstream);
      await answer;
      leave();
      return done;
    };
    const first = read(await rounds.travel(leg(), journey));
    const [key] = Object.keys(first.inputRequests);
    const second = read(await rounds.travel(leg({ requestState: first.requestState }), never));
    expect(Object.keys(second.inputRequests)).toEqual([key]);
    const inputResponses = { [key!]: { roots: [] } };
    const last = await rounds.travel(leg({ requestState: second.requestState, inputResponses }), never);
    expect(last).toBe(done);
    expect(await answer).toEqual({ kind: "result", text: '{"roots":[]}' });
  });

  test("that the client does not offer is refused", async () => {
    const carrying = createCarrying();
    const rounds = roundsFor({ carrying });
    void rounds
      .travel(leg(), async (line) => {
        line.carry(upstream);
        return never();
      })
      .catch(() => {});
    const asked = carrying.ask({ ...roots, method: "sampling/createMessage", params: "{}" });
    await expect(asked).rejects.toMatchObject({ code: "method_unknown" });
    open.splice(0);
  });

  test("that the server takes back is not asked any more", async () => {
    const carrying = createCarrying();
    const abort = new AbortController();
    const asked = carrying.ask({ ...roots, signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: "request_cancelled" });
    const rounds = roundsFor({ carrying });
    const answer = await rounds.travel(leg(), async (line) => {
      line.carry(upstream);
      await sleep(30);
      return done;
    });
    expect(answer).toBe(done);
  });
});
