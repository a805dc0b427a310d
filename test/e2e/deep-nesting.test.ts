import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBytes } from "./support/bytes.ts";
import { ledgerServer, makePlace } from "./support/place.ts";

const program = path.join(import.meta.dirname, "../fixtures/deep-server.mjs");
const IN_TOOLS = ["inputSchema", "outputSchema", "annotations", "_meta", "enum"];
const PLACES = [...IN_TOOLS, "prompts", "resources", "templates", "introduction", "error", "result"];
const serverOf = (place: string) => `in-${place.toLowerCase().replace("_", "")}`;

async function open(levels: string) {
  const here = await makePlace({
    servers: (folder) => ({
      ...Object.fromEntries(
        PLACES.map((place) => [
          serverOf(place),
          { command: process.execPath, args: [program, place, levels] },
        ]),
      ),
      ...ledgerServer(folder),
    }),
    policy: { default: "allow", rules: [{ name: "r", tool: "*", when: "has(args.zone)", action: "deny" }] },
  });
  const agent = await openBytes(here);
  onTestFinished(async () => {
    await agent.close();
    await here.remove();
  });
  let last = 100;
  const ask = (method: string, params = "{}") => {
    agent.say(`{"jsonrpc":"2.0","id":${++last},"method":"${method}","params":${params}}`);
    return agent.answer(last);
  };
  return { agent, ask };
}

const namesIn = (list: unknown) => (list as { name: string }[]).map(({ name }) => name);

test("what a server nests beyond all reason costs it that one thing, and others nothing [S-71]", async () => {
  const { agent, ask } = await open("3000");
  const sound = PLACES.filter((place) => place !== "introduction").map(serverOf);
  const tools = await ask("tools/list");
  expect(namesIn(tools.result!.tools).filter((name) => name.startsWith("in-"))).toEqual(
    sound.map((name) => `${name}__fine`),
  );
  expect(namesIn(tools.result!.tools)).toEqual(expect.arrayContaining(["led__read", "led__write"]));
  expect(namesIn((await ask("prompts/list")).result!.prompts)).toEqual(sound.map((name) => `${name}__fine`));
  expect(namesIn((await ask("resources/list")).result!.resources)).toHaveLength(sound.length);
  expect(namesIn((await ask("resources/templates/list")).result!.resourceTemplates)).toHaveLength(
    sound.length,
  );
  for (const name of sound) {
    agent.call(name, `${name}__fine`);
    const { result, error } = await agent.answer(name);
    expect([name, error?.code ?? result?.isError ?? "ran"]).toEqual([
      name,
      // Its error holds links that cannot be shown to anybody.
      name === "in-error" ? true : "ran",
    ]);
  }
  for (const place of IN_TOOLS)
    expect(agent.said().split(`${serverOf(place)} lists "deep" nested deeper than 100 levels`)).toHaveLength(
      2,
    );
  expect(agent.said()).toContain("introduced itself with something nested deeper than 100 levels");
  expect(agent.said()).not.toContain("failed inside preloop");
});

test("definitions as deep as real ones are served whole [S-71]", async () => {
  const { ask } = await open("30");
  const { result } = await ask("tools/list");
  expect(namesIn(result!.tools)).toEqual(
    expect.arrayContaining(IN_TOOLS.map((place) => `${serverOf(place)}__deep`)),
  );
});

test("what a client nests beyond all reason is refused by its depth, whatever it asks [S-71]", async () => {
  const { agent, ask } = await open("30");
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const list = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  for (const [method, params] of [
    ["tools/call", `{"name":"led__write","arguments":{"zone":${deep}}}`],
    ["tools/call", `{"name":"led__write","arguments":{},"_meta":${deep}}`],
    ["tools/call", `{"name":${list},"arguments":{}}`],
    ["prompts/get", `{"name":"in-error__fine","arguments":${deep}}`],
    ["prompts/get", `{"name":${list}}`],
    ["completion/complete", `{"ref":{"type":"ref/resource","uri":"a:fine","more":${deep}},"argument":{}}`],
    ["completion/complete", `{"ref":${deep}}`],
    ["resources/read", `{"uri":"a:fine","_meta":${deep}}`],
    ["tools/list", `{"_meta":${deep}}`],
    ["logging/setLevel", `{"level":${deep}}`],
    ["initialize", `{"protocolVersion":"2025-11-25","capabilities":${deep},"clientInfo":${deep}}`],
    ["something/else", deep],
  ] as const) {
    const { error } = await ask(method, params);
    expect([method, error?.code, error?.message]).toEqual([
      method,
      -32602,
      expect.stringContaining("nested deeper than 512 levels"),
    ]);
  }
  agent.say(`{"jsonrpc":"2.0","method":"notifications/progress","params":${deep}}`);
  agent.say(`{"jsonrpc":"2.0","id":1,"result":${deep}}`);
  agent.call("after", "led__write", '{"note":"x"}');
  expect((await agent.answer("after")).result?.isError).toBeUndefined();
  expect(agent.said()).not.toContain("failed inside preloop");
});
