import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../upstreams/support.ts";
import { type Answered, type HttpProcess, type Message, send, startHttp } from "./support/over-http.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";

const BOTH = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
const MODERN = "2026-07-28";
const KEY = "io.modelcontextprotocol/";

let place: Place;
let preloop: HttpProcess;

beforeAll(async () => {
  place = await makePlace({
    servers: ledgerServer,
    policy: { default: "ask", rules: [{ name: "reads", tool: "led__read", action: "allow" }] },
    approvals: { patience: { "*": "1s" } },
  });
  preloop = await startHttp(place);
});
afterAll(async () => {
  await preloop?.stop();
  await place?.remove();
});

let lastId = 0;
const post = (method: string, params: object, headers: Record<string, string> = {}): Promise<Answered> =>
  send(preloop.url, {
    headers: { ...BOTH, ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", id: ++lastId, method, params }),
  });
const messageOf = ({ text }: Answered): Message =>
  JSON.parse(
    text.startsWith("{")
      ? text
      : text
          .split("\n")
          .findLast((line) => line.startsWith("data:"))!
          .slice(5),
  );

/** One leg of a call by a client of the revision without sessions, which calls itself `name`. */
async function leg(name: string, tool: string, args: object, more: object = {}): Promise<Message> {
  const _meta = {
    [`${KEY}protocolVersion`]: MODERN,
    [`${KEY}clientCapabilities`]: {},
    [`${KEY}clientInfo`]: { name, version: "1" },
  };
  const headers = { "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool };
  return messageOf(await post("tools/call", { name: tool, arguments: args, _meta, ...more }, headers));
}

/** The whole call: the client comes back for as long as it is told to. */
async function call(name: string, tool: string, args: object): Promise<Message> {
  let answer = await leg(name, tool, args);
  while (answer.result?.resultType === "input_required")
    answer = await leg(name, tool, args, { requestState: answer.result.requestState });
  return answer;
}

async function openLegacy(name: string): Promise<Record<string, string>> {
  const clientInfo = { name, version: "1" };
  const opened = await post("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  expect(opened.status, opened.text).toBe(200);
  return {
    "Mcp-Session-Id": opened.headers["mcp-session-id"] as string,
    "MCP-Protocol-Version": "2025-11-25",
  };
}

const notes = async () => (await readLedger(place)).map((line) => line.arguments.note);

describe("a client that only a name tells from others", () => {
  test("is given no grant, and none is offered to it [S-89]", async () => {
    const asked = call("beta", "led__write", { note: "granted" });
    const { id } = await nextPending(place);
    for (const time of ["session", "1h"]) {
      const granted = await place.run("approvals", "approve", id, "--grant", "tool", "--for", time);
      expect(granted).toMatchObject({ status: 9 });
      expect(granted.stderr).toContain("nothing but the name it gives itself tells this client from others");
    }
    expect(await place.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect(await asked).toMatchObject({ result: { resultType: "complete" } });
    expect(await notes()).toContain("granted");
  });

  test("picks up nothing that another of its name was asked about [S-89]", async () => {
    const first = await leg("beta", "led__write", { note: "mine" });
    expect(first).toMatchObject({ result: { resultType: "input_required" } });
    const { id } = await nextPending(place);
    expect(await place.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    // The stranger is asked about anew, and the first call is still its caller's.
    const stranger = await leg("beta", "led__write", { note: "mine" });
    expect(stranger).toMatchObject({ result: { resultType: "input_required" } });
    expect(await notes()).not.toContain("mine");
    const { requestState } = first.result!;
    const second = await leg("beta", "led__write", { note: "mine" }, { requestState });
    expect(second).toMatchObject({ result: { resultType: "complete" } });
    expect((await notes()).filter((note) => note === "mine")).toHaveLength(1);
    const left = await nextPending(place);
    expect(left.id).not.toBe(id);
    await place.run("approvals", "deny", left.id, "--reason", "enough");
  });

  test("is frozen with its address, by whatever name it goes on [S-89]", async () => {
    const settled = await openLegacy("settled");
    expect(await call("beta", "led__read", { note: "before" })).toMatchObject({
      result: { content: [{ text: "read done" }] },
    });
    const listed = JSON.parse((await place.run("sessions", "list", "--json")).stdout) as Record<
      string,
      unknown
    >[];
    const beta = listed.find(({ client }) => client === "beta")!;
    expect(beta).toMatchObject({ address: "127.0.0.1", isClaimed: true });
    const froze = await place.run("sessions", "freeze", String(beta.id));
    expect(froze.stdout).toContain("whoever is at 127.0.0.1 without a session of its own calls nothing");
    const isFrozen = async (name: string) =>
      JSON.stringify(await call(name, "led__read", { note: `${name} goes on` })).includes("was frozen");
    await until(() => isFrozen("beta"), "beta is frozen");
    expect(await isFrozen("beta2")).toBe(true);
    const args = { name: "led__read", arguments: { note: "by another era" } };
    expect((await post("tools/call", args, await openLegacy("beta"))).text).toContain("was frozen");
    const other = { name: "led__read", arguments: { note: "settled goes on" } };
    expect((await post("tools/call", other, settled)).text).not.toContain("was frozen");
    expect((await notes()).filter((note) => String(note).endsWith("on"))).toEqual(["settled goes on"]);
    await place.run("sessions", "thaw", String(beta.id));
    await until(async () => !(await isFrozen("beta2")), "the address is thawed");
  });
});

describe("sessions that a stranger opens by the dozen", () => {
  let bare: Place;
  let served: HttpProcess;
  beforeAll(async () => {
    served = preloop;
    bare = await makePlace({});
    preloop = await startHttp(bare);
  });
  afterAll(async () => {
    await preloop.stop();
    preloop = served;
    await bare.remove();
  });

  test("leave those of others alone [S-87]", { timeout: 120_000 }, async () => {
    const quiet = await openLegacy("quiet");
    const listing = () => post("tools/list", {}, quiet);
    expect((await listing()).status).toBe(200);
    for (let count = 0; count < 70; count++) await openLegacy("stranger");
    expect((await listing()).status).toBe(200);
    for (let count = 0; count < 70; count++) await openLegacy(`stranger ${count}`);
    expect((await listing()).status).toBe(200);
  });
});
