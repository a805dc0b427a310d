import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Bytes, openBytes } from "./support/bytes.ts";
import { nextPending } from "./support/pending.ts";
import { makePlace, type Place, type PlaceOptions } from "./support/place.ts";

const program = path.join(import.meta.dirname, "../attack/decoding-server.mjs");

/** Two servers that write down all they are asked; each offers `good` and `evil` of everything. */
async function placeOf(policy: unknown, more: object = {}): Promise<Place> {
  const servers: PlaceOptions["servers"] = (folder) =>
    Object.fromEntries(
      ["one", "two"].map((name) => [
        name,
        { command: process.execPath, args: [program, "js", name, path.join(folder, "log")], ...more },
      ]),
    );
  const here = await makePlace({ servers, policy, approvals: { patience: { "*": "1s" } } });
  onTestFinished(() => here.remove());
  return here;
}

async function open(here: Place): Promise<(method: string, params: object) => Promise<string>> {
  const agent: Bytes = await openBytes(here);
  onTestFinished(async () => void (await agent.close()));
  let id = 0;
  return async (method, params) => {
    agent.say(JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }));
    const { result, error } = await agent.answer(id);
    return error?.message ?? (result?.isError ? JSON.stringify(result.content) : "answered");
  };
}

/** What servers were asked, as `server method`. */
async function reached({ folder }: Place): Promise<string[]> {
  const text = await readFile(path.join(folder, "log"), "utf8").catch(() => "");
  const lines = text.split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Record<string, string>)
    .map((one) => `${one.name} ${one.method}`);
}

interface Line {
  readonly method?: string;
  readonly tool: string;
  readonly server: string;
  readonly action: string;
  readonly rule: string;
  readonly outcome: string;
}

async function audited(here: Place): Promise<string[]> {
  const { stdout } = await here.run("audit", "list", "--json");
  return (JSON.parse(stdout) as { readonly record?: Line }[] | readonly Line[])
    .map((one) => ("record" in one ? one.record : one) as Line)
    .filter(({ outcome }) => outcome !== undefined)
    .map(({ method = "tools/call", tool, server, action, rule, outcome }) =>
      [method, `${server}›${tool}`, action, rule, outcome].join(" "),
    );
}

const REQUESTS = [
  ["prompts/get", { name: "one__good" }],
  ["resources/read", { uri: "one:good" }],
  ["resources/subscribe", { uri: "one:good" }],
  ["resources/unsubscribe", { uri: "one:good" }],
  [
    "completion/complete",
    { ref: { type: "ref/prompt", name: "one__good" }, argument: { name: "topic", value: "x" } },
  ],
  ["logging/setLevel", { level: "info" }],
] as const;

test("S-93: what servers list passes without a question, to the one server that lists it, and is written down", async () => {
  const here = await placeOf({ default: "ask" });
  const ask = await open(here);
  for (const [method, params] of REQUESTS) expect(await ask(method, params)).toBe("answered");
  // A log level is for both, and which of them hears it first nobody knows.
  const [levels, others] = [REQUESTS.slice(-1), REQUESTS.slice(0, -1)];
  const both = levels.flatMap(([method]) => [`one ${method}`, `two ${method}`]);
  const heard = await reached(here);
  expect(heard.slice(0, others.length)).toEqual(others.map(([method]) => `one ${method}`));
  expect(heard.slice(others.length).sort()).toEqual(both);
  const lines = await audited(here);
  expect(lines.slice(0, others.length)).toEqual([
    "prompts/get one›good allow builtin:listed ok",
    "resources/read one›one:good allow builtin:listed ok",
    "resources/subscribe one›one:good allow builtin:listed ok",
    "resources/unsubscribe one›one:good allow builtin:listed ok",
    "completion/complete one›good allow builtin:listed ok",
  ]);
  expect(lines.slice(others.length).sort()).toEqual([
    "logging/setLevel one›logging/setLevel allow builtin:listed ok",
    "logging/setLevel two›logging/setLevel allow builtin:listed ok",
  ]);
});

test("S-93: under deny nothing passes but by a rule that names its method", async () => {
  const rules = [{ name: "good", method: "resources/read", uri: "*:good", action: "allow" }];
  const here = await placeOf({ default: "deny", rules });
  const ask = await open(here);
  for (const [method, params] of REQUESTS)
    expect(await ask(method, params)).toMatch(method === "resources/read" ? /^answered/ : /denied by policy/);
  expect(await ask("resources/read", { uri: "two:evil" })).toMatch(/denied by policy/);
  expect(await reached(here)).toEqual(["one resources/read"]);
});

/** What nobody offers, and what is answered. */
const NOBODYS = [
  ["custom/exec", { cmd: "rm" }, /Method not found/],
  ["tools/run", { name: "one__good" }, /Method not found/],
  ["notifications/message", {}, /Method not found/],
  ["sampling/createMessage", {}, /Method not found/],
  ["Tools/Call", { name: "one__good" }, /Method not found/],
  ["resources/read", { uri: "file:///etc/shadow" }, /Resource not found/],
  ["resources/read", { uri: "one:good\u0000" }, /the uri is none/],
  ["resources/read", { uri: ["one:good"] }, /needs a uri/],
  ["prompts/get", { name: "good" }, /Unknown prompt/],
  ["prompts/get", { name: "one__good", arguments: { topic: ["x"] } }, /object of texts/],
  ["prompts/get", { name: "one__good", arguments: { topic: "x", Topic: "y" } }, /may take for one/],
  ["completion/complete", { ref: { type: "ref/prompt", name: "one__good" } }, /an argument/],
  ["logging/setLevel", { level: 3 }, /needs a level/],
] as const;

test("S-93: what nobody offers reaches nobody, and is written down", async () => {
  const here = await placeOf({ default: "allow" });
  const ask = await open(here);
  for (const [method, params, why] of NOBODYS) expect(await ask(method, params)).toMatch(why);
  expect(await reached(here)).toEqual([]);
  const lines = await audited(here);
  expect(lines).toHaveLength(NOBODYS.length);
  for (const line of lines) expect(line).toMatch(/^\S+ ›.+ deny \S+:(unknown|unreadable) /);
});

describe("a session that is frozen", () => {
  test("S-94: asks its servers for nothing at all", async () => {
    const here = await placeOf({ default: "allow" }, { methods: ["custom/*"] });
    const ask = await open(here);
    expect(await ask("prompts/get", { name: "one__good" })).toBe("answered");
    const { stdout } = await here.run("sessions", "list", "--json");
    const [{ id }] = JSON.parse(stdout) as [{ readonly id: string }];
    expect(await here.run("sessions", "freeze", id)).toMatchObject({ status: 0 });
    while ((await ask("tools/call", { name: "one__good", arguments: {} })) === "answered") await sleep(50);
    const before = await reached(here);
    for (const [method, params] of REQUESTS) expect(await ask(method, params)).toMatch(/frozen/);
    expect(await reached(here)).toEqual(before);
  });
});

test("S-94: a server that is switched off is asked for nothing, and lists nothing", async () => {
  const here = await placeOf({ default: "allow" });
  const ask = await open(here);
  expect(await ask("prompts/get", { name: "one__good" })).toBe("answered");
  expect(await here.run("tools", "disable", "one")).toMatchObject({ status: 0 });
  while ((await ask("tools/call", { name: "one__good", arguments: {} })) === "answered") await sleep(50);
  const before = await reached(here);
  for (const [method, params] of REQUESTS.slice(0, -1))
    expect(await ask(method, params)).toMatch(/Unknown prompt|not found|nothing completes/);
  expect(await reached(here)).toEqual(before);
});

describe("a method that is none of the protocol's", () => {
  test("S-95: goes to the one server whose config names it, when a person says yes", async () => {
    const here = await placeOf({ default: "ask" });
    const config = JSON.parse(await readFile(here.config, "utf8"));
    config.mcpServers.one.methods = ["custom/*"];
    await writeFile(here.config, JSON.stringify(config));
    const ask = await open(here);
    expect(await ask("custom/exec", { cmd: "ls" })).toMatch(/still waiting for a person/);
    const { id, tool } = (await nextPending(here)) as { readonly id: string; readonly tool?: string };
    expect(tool).toBe("custom/exec");
    expect(await reached(here)).toEqual([]);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect(await ask("custom/exec", { cmd: "other" })).toMatch(/still waiting/);
    expect(await ask("custom/exec", { cmd: "ls" })).toBe("answered");
    expect(await reached(here)).toEqual(["one custom/exec"]);
  });

  test("S-95: is refused where two servers could take it", async () => {
    const here = await placeOf({ default: "allow" }, { methods: ["custom/*"] });
    const ask = await open(here);
    expect(await ask("custom/exec", { cmd: "ls" })).toMatch(/could go to one and two/);
    expect(await reached(here)).toEqual([]);
  });
});
