import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type JsonObject, systemClock } from "#base";
import type { ClientProfile, Upstream } from "#upstreams";
import { inputRequired } from "../../../src/gateway/context/input.ts";
import { createModernContext } from "../../../src/gateway/context/modern-context.ts";
import type { RequestContext } from "../../../src/gateway/context/request-context.ts";
import { createRoundTrips, isRetry } from "../../../src/gateway/context/round-trips.ts";
import type { Handled, Incoming } from "../../../src/gateway/request.ts";
import { createPiggybackRequests } from "../../../src/gateway/server-requests/piggyback.ts";
import type { ServerRequests } from "../../../src/gateway/server-requests/server-requests.ts";

const client: ClientProfile = {
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
afterEach(() => Promise.all(open.splice(0).map((roundTrips) => roundTrips.close())));

/** Round trips, and the requests of a client that begin them or go on with them. */
interface Rounds {
  run(incoming: Incoming, handler: (context: RequestContext) => Promise<Handled>): Promise<Handled>;
  close(): Promise<void>;
}

function roundsFor({
  key = "a key",
  ttlMs = 60_000,
  piggybackRequests = createPiggybackRequests(),
} = {}): Rounds {
  const roundTrips = createRoundTrips({ key: Buffer.from(key), clock: systemClock, ttlMs });
  const parts = { roundTrips, piggybackRequests, serverRequests };
  const made: Rounds = {
    async run(incoming, handler) {
      if (isRetry(incoming)) return roundTrips.resume(incoming);
      const { context, answer } = createModernContext(incoming, parts);
      return answer(handler(context));
    },
    close: roundTrips.close,
  };
  open.push(made);
  return made;
}

function leg(params: JsonObject = {}, signal = new AbortController().signal): Incoming {
  const [id, method, all] = [1, "tools/call", { name: "t", ...params }];
  const text = JSON.stringify({ jsonrpc: "2.0", id, method, params: all });
  return {
    request: { kind: "request", id, method, params: all, text },
    client,
    session: "s",
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
    const roundTrips = roundsFor({ ttlMs: 20 });
    let context: RequestContext | undefined;
    const first = await roundTrips.run(leg(), async (given) => {
      context = given;
      await given.ask(question("?"), upstream);
      return done;
    });
    await expect.poll(() => context?.signal.aborted).toBe(true);
    const late = roundTrips.run(leg({ requestState: read(first).requestState }), never);
    await expect(late).rejects.toMatchObject({ code: "params_invalid" });
  });

  test("is given up when the client cancels a later leg", async () => {
    const roundTrips = roundsFor();
    const handler = async (context: RequestContext) => {
      const given = new Promise<never>((_, reject) => {
        context.signal.addEventListener("abort", () => reject(new Error("given up")));
      });
      await context.ask(question("?"), upstream);
      return given;
    };
    const { requestState } = read(await roundTrips.run(leg(), handler));
    const abort = new AbortController();
    const second = roundTrips.run(leg({ requestState }, abort.signal), never);
    abort.abort();
    await expect(second).rejects.toThrow("given up");
  });

  test("is given up when the session ends", async () => {
    const roundTrips = roundsFor();
    let ended = false;
    await roundTrips.run(leg(), async (context) => {
      await context.ask(question("?"), upstream).catch(() => {});
      ended = true;
      return done;
    });
    await roundTrips.close();
    expect(ended).toBe(true);
  });
});

test("a journey that ends between two legs is answered on the next", async () => {
  const roundTrips = roundsFor();
  const first = await roundTrips.run(leg(), async (context) => {
    void context.ask(question("?"), upstream);
    await sleep(5);
    return done;
  });
  await sleep(20);
  expect(await roundTrips.run(leg({ requestState: read(first).requestState }), never)).toBe(done);
});

test("a state signed with another key is refused", async () => {
  const ask = async (context: RequestContext) => {
    await context.ask(question("?"), upstream);
    return done;
  };
  const { requestState } = read(await roundsFor().run(leg(), ask));
  const others = roundsFor({ key: "another key", ttlMs: 1 });
  await expect(others.run(leg({ requestState }), ask)).rejects.toMatchObject({ code: "params_invalid" });
});

describe("a legacy server's question", () => {
  const signal = new AbortController().signal;
  const roots = { upstream, method: "roots/list", params: undefined, signal };

  test("waits for a request that can carry it, and is asked again when the client leaves it out", async () => {
    const piggybackRequests = createPiggybackRequests();
    const roundTrips = roundsFor({ piggybackRequests });
    const answer = piggybackRequests.ask(roots);
    const handler = async (context: RequestContext) => {
      const leave = context.attach(upstream);
      await answer;
      leave();
      return done;
    };
    const first = read(await roundTrips.run(leg(), handler));
    const [key] = Object.keys(first.inputRequests);
    const second = read(await roundTrips.run(leg({ requestState: first.requestState }), never));
    expect(Object.keys(second.inputRequests)).toEqual([key]);
    const inputResponses = { [key!]: { roots: [] } };
    const last = await roundTrips.run(leg({ requestState: second.requestState, inputResponses }), never);
    expect(last).toBe(done);
    expect(await answer).toEqual({ kind: "result", text: '{"roots":[]}' });
  });

  test("that the client does not offer is refused", async () => {
    const piggybackRequests = createPiggybackRequests();
    const roundTrips = roundsFor({ piggybackRequests });
    void roundTrips
      .run(leg(), async (context) => {
        context.attach(upstream);
        return never();
      })
      .catch(() => {});
    const asked = piggybackRequests.ask({ ...roots, method: "sampling/createMessage", params: "{}" });
    await expect(asked).rejects.toMatchObject({ code: "method_unknown" });
    open.splice(0);
  });

  test("that the server takes back is not asked any more", async () => {
    const piggybackRequests = createPiggybackRequests();
    const abort = new AbortController();
    const asked = piggybackRequests.ask({ ...roots, signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: "request_cancelled" });
    const roundTrips = roundsFor({ piggybackRequests });
    const answer = await roundTrips.run(leg(), async (context) => {
      context.attach(upstream);
      await sleep(30);
      return done;
    });
    expect(answer).toBe(done);
  });
});
