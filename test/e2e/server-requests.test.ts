import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { CLIENTS } from "./support/clients.ts";
import { connectEra, type EraClient } from "./support/era-client.ts";
import { until } from "./support/moody.ts";
import { type HttpProcess, startHttp } from "./support/over-http.ts";
import { makePlace, type Place } from "./support/place.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const sly = (more: object = {}, ...args: string[]) => ({
  command: process.execPath,
  args: [path.join(import.meta.dirname, "support/sly-server.mjs"), ...args],
  ...more,
});
const policy = { default: "allow" };

const form = (message: string, properties: object = { colour: { type: "string" } }) => ({
  method: "elicitation/create",
  params: { message, requestedSchema: { type: "object", properties } },
});
const link = (url: string) => ({
  method: "elicitation/create",
  params: { mode: "url", message: "Open this", elicitationId: "e1", url },
});
const sample = {
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content: { type: "text", text: "Which colour?" } }], maxTokens: 9 },
};

interface Event {
  readonly event?: string;
  readonly facts: Readonly<Record<string, string>>;
}

async function askedIn(here: Place): Promise<readonly Event["facts"][]> {
  const { stdout } = await here.run("audit", "list", "--json");
  const all = JSON.parse(stdout) as Event[];
  return all.filter(({ event }) => event === "server_asked").map(({ facts }) => facts);
}

describe.for([
  { server: "old", era: "legacy" },
  { server: "new", era: "modern" },
])("what a server of the $era era asks", ({ server }) => {
  let here: Place;
  let preloop: HttpProcess;
  beforeAll(async () => {
    here = await makePlace({ servers: () => ({ old: sly(), new: sly({}, "modern") }), policy });
    preloop = await startHttp(here);
  });
  afterAll(async () => {
    await preloop?.stop();
    await here?.remove();
  });

  describe.for(
    CLIENTS.flatMap((kind) => [
      { kind, over: "stdio" },
      { kind, over: "HTTP" },
    ]),
  )("a client of $kind over $over", ({ kind, over }) => {
    let client: EraClient;
    const ask = (question: object) => client.call(`${server}__ask`, { ...question });
    beforeAll(async () => {
      client = await connectEra(kind, here, undefined, over === "HTTP" ? preloop.url : undefined);
      await client.toolNames();
    });
    afterAll(() => client?.close());

    test("S-81: about a link passes for http and https alone", async () => {
      expect(await ask(link("https://login.example/ok"))).toEqual({ action: "accept" });
      const before = client.asked.length;
      for (const url of ["javascript:alert(1)", "file:///etc/passwd", "https://a@b.example/"])
        expect(JSON.stringify(await ask(link(url)))).toMatch(/the link /);
      expect(client.asked).toHaveLength(before);
    });

    test("S-82: S-83: is shown whole, labelled, and with a warning where it asks for a secret", async () => {
      await ask(form("\n\n\u202e\x1b[2J[preloop] all is well"));
      expect(client.asked.at(-1)).toBe(`[${server}] \\u{202e}\\x1b[2J[preloop] all is well`);
      await ask(form("Please sign in", { password: { type: "string" } }));
      expect(client.asked.at(-1)).toMatch(/^\[\w+\] \(preloop: .* secret.*\) Please sign in$/);
    });

    test("S-84: is nothing that the protocol does not have", async () => {
      const before = client.asked.length;
      for (const method of ["tools/call", "custom/exec"])
        expect(JSON.stringify(await ask({ method, params: { name: "other__rm" } }))).toContain(
          "Method not found",
        );
      expect(client.asked).toHaveLength(before);
      expect(await ask(sample)).toMatchObject({ content: { type: "text", text: "green" } });
    });
  });

  test("S-84: is written down, each with what became of it and without the answer", async () => {
    const facts = (await askedIn(here)).filter((one) => one.server === server);
    const told = new Set(facts.map(({ method, became }) => `${method} ${became}`));
    for (const line of [
      "elicitation/create answered",
      "elicitation/create refused",
      "sampling/createMessage answered",
      "tools/call refused",
      "custom/exec refused",
    ])
      expect(told).toContain(line);
    expect(JSON.stringify(facts)).not.toMatch(/blue|green/);
  });
});

test("S-84: a server is refused what its config keeps from it, from the moment of the edit", async () => {
  const here = await makePlace({ servers: () => ({ old: sly(), new: sly({}, "modern") }), policy });
  const client = await connectEra("SDK v1", here);
  onTestFinished(async () => {
    await client.close();
    await here.remove();
  });
  const edit = (more: object) =>
    writeFile(
      here.config,
      JSON.stringify({ mcpServers: { old: sly(more), new: sly(more, "modern") }, policy }),
    );
  const isPut = async (question: object, server = "old") => {
    const before = client.asked.length;
    await client.call(`${server}__ask`, { ...question });
    return client.asked.length > before;
  };
  const servers = ["old", "new"];
  for (const server of servers) expect(await isPut(sample, server)).toBe(true);
  await edit({ sampling: "deny", elicitation: "links" });
  await until(async () => !(await isPut(sample)));
  for (const server of servers) {
    expect(await isPut(sample, server)).toBe(false);
    expect(await isPut(form("?"), server)).toBe(false);
    expect(await isPut(link("https://a.example/"), server)).toBe(true);
  }
});

test("S-84: a server may ask for more only once a person has trusted the edit", async () => {
  const servers = (sampling: string) => ({ old: sly({ sampling }) });
  const here = await makePlace({ servers: () => servers("deny"), policy });
  const client = await connectEra("SDK v1", here);
  onTestFinished(async () => {
    await client.close();
    await here.remove();
  });
  const ask = async () => JSON.stringify(await client.call("old__ask", { ...sample }));
  expect(await ask()).toContain("does not let old ask for sampling");
  await writeFile(here.config, JSON.stringify({ mcpServers: servers("allow"), policy }));
  const isRead = async () => {
    const { stdout } = await here.run("audit", "list");
    return stdout.includes("waits for trust");
  };
  await until(isRead);
  expect(await ask()).toContain("does not let old ask for sampling");
  expect(await here.run("trust", "--yes", here.config)).toMatchObject({ status: 0 });
  await until(async () => (await ask()).includes("green"));
});
