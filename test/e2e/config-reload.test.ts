import { rename, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connect } from "./support/clients.ts";
import { until } from "./support/moody.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";

vi.setConfig({ testTimeout: 90_000 });

const allow = { rules: [{ name: "all", tool: "led__*", action: "allow" }] };
const denyDrop = { rules: [{ name: "no", tool: "led__drop", action: "deny" }, ...allow.rules] };

function edit(
  here: Place,
  policy: unknown,
  servers: Record<string, unknown> = ledgerServer(here.folder),
  approvals?: unknown,
): Promise<void> {
  return writeFile(here.config, JSON.stringify({ mcpServers: servers, policy, approvals }));
}

// Asked with another config: the one in question may be broken.
async function events(here: Place): Promise<{ event: string; facts: Record<string, string> }[]> {
  const other = `${here.home}/other.json`;
  await writeFile(other, "{}");
  const { stdout } = await here.run("--config", other, "audit", "list", "--outcome", "event", "--json");
  return JSON.parse(stdout);
}

async function list(here: Place): Promise<{ id: string; stillNeeded?: unknown }[]> {
  return JSON.parse((await here.run("approvals", "list", "--json")).stdout);
}

describe("an edit of the config while a client is connected", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const start = async (policy: unknown, approvals?: unknown) => {
    const here = await makePlace({ servers: ledgerServer, policy, approvals });
    const agent = await connect("SDK v1", here);
    closers.push(() => agent.close(), here.remove);
    const call = async (tool: string) =>
      (await agent.call(`led__${tool}`, { note: "x" }, { timeout: 60_000 })).isError !== true;
    return { here, agent, call };
  };

  test("holds at once where it is stricter, however the editor writes it", async () => {
    const { here, call } = await start(allow);
    expect(await call("drop")).toBe(true);
    await edit(here, denyDrop);
    await until(async () => !(await call("drop")));
    await edit(here, allow);
    await edit(here, denyDrop);
    // Editors that write beside the file and rename.
    const text = JSON.stringify({
      mcpServers: ledgerServer(here.folder),
      policy: { rules: [{ name: "none", tool: "*", action: "deny" }] },
    });
    await writeFile(`${here.config}.new`, text);
    await rename(`${here.config}.new`, here.config);
    await until(async () => !(await call("read")));
    expect((await events(here)).map(({ event }) => event)).toContain("config_reloaded");
  });

  test("waits for preloop trust where it is looser", async () => {
    const { here, call } = await start(denyDrop);
    expect(await call("drop")).toBe(false);
    await edit(here, { rules: [{ name: "no-reads", tool: "led__read", action: "deny" }, ...allow.rules] });
    await until(async () => !(await call("read")));
    expect(await call("drop")).toBe(false);
    expect((await readLedger(here)).map(({ tool }) => tool)).not.toContain("drop");
    expect(await here.run("trust", "--yes", here.config)).toMatchObject({ status: 0 });
    await until(() => call("drop"));
    expect(await call("read")).toBe(false);
    const said = (await events(here)).filter(({ event }) => event === "config_reloaded");
    expect(said.map(({ facts }) => facts.loosening)).toEqual(["waits for trust", "none"]);
  });

  test("does not replace those who decide by asking for more of them [S-74]", async () => {
    const me = `local:${userInfo().username}`;
    const ask = { rules: [{ name: "all", tool: "led__*", action: "ask", workflow: "prod" }] };
    const { here, agent } = await start(ask, { workflows: { prod: { approvers: [me] } } });
    const servers = ledgerServer(here.folder);
    const theirs = { approvers: ["mallory", "eve"], quorum: 2 };
    await edit(here, ask, servers, { workflows: { prod: theirs } });
    await until(async () => (await events(here)).some(({ event }) => event === "config_reloaded"));
    const answer = agent.call("led__drop", { note: "x" }, { timeout: 60_000 });
    const asked = await until(async () => (await list(here))[0]);
    expect(asked.stillNeeded).toEqual([
      { workflow: "prod", more: 1, of: [me] },
      { workflow: "prod", more: 2, of: ["mallory", "eve"] },
    ]);
    expect(await here.run("approvals", "approve", asked.id)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('It needs 2 more of mallory, eve (workflow "prod")'),
    });
    expect(await list(here)).toMatchObject([{ id: asked.id, stillNeeded: [{ more: 2 }] }]);
    await here.run("approvals", "deny", asked.id, "--reason", "no");
    expect(await answer).toMatchObject({ isError: true });
    expect(await here.run("trust", "--yes", here.config)).toMatchObject({ status: 0 });
    await until(async () => (await events(here)).some(({ facts }) => facts.loosening === "none"));
    const second = agent.call("led__drop", { note: "y" }, { timeout: 60_000 });
    const trusted = await until(async () => (await list(here))[0]);
    expect(trusted.stillNeeded).toEqual([{ workflow: "prod", more: 2, of: ["mallory", "eve"] }]);
    expect(await here.run("approvals", "approve", trusted.id)).toMatchObject({ status: 9 });
    await agent.close();
    await second.catch(() => {});
    expect(await readLedger(here)).toEqual([]);
  });

  test("of how long clients wait is for after preloop trust", async () => {
    const ask = { rules: [{ name: "all", tool: "led__*", action: "ask" }] };
    const { here, agent } = await start(ask, { patience: { "*": "1s" } });
    await edit(here, ask, ledgerServer(here.folder), { patience: { "*": "1h" } });
    await until(async () => (await events(here)).some(({ event }) => event === "config_reloaded"));
    const parked = await agent.call("led__drop", { note: "x" }, { timeout: 60_000 });
    expect(parked).toMatchObject({ isError: true, meta: { status: "waiting" } });
  });

  test("that is broken, or takes the file away, changes nothing and is written down", async () => {
    const { here, call } = await start(denyDrop);
    expect(await call("read")).toBe(true);
    await writeFile(here.config, '{ "policy": { "default": "alow" } }');
    const refused = await until(async () =>
      (await events(here)).find(({ event }) => event === "config_refused"),
    );
    expect(refused.facts.reason).toContain('did you mean "allow"?');
    expect([await call("read"), await call("drop")]).toEqual([true, false]);
    await rm(here.config);
    await writeFile(`${here.config}.kept`, "");
    expect([await call("read"), await call("drop")]).toEqual([true, false]);
  });

  test("reads the .env beside it anew, and a yes to it is a yes to what is used [S-76]", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: configs name environment variables that way.
    const policy = { rules: [{ name: "by-env", tool: "${ALLOWED}", action: "allow" }, ...denyDrop.rules] };
    const { here, call } = await start(denyDrop);
    await writeFile(`${here.home}/.env`, "ALLOWED=led__read\n");
    await edit(here, policy);
    expect(await here.run("trust", "--yes", here.config)).toMatchObject({ status: 0 });
    await until(async () => (await events(here)).some(({ facts }) => facts.loosening === "none"));
    expect(await call("drop")).toBe(false);
    await writeFile(`${here.home}/.env`, "ALLOWED=led__drop\n");
    await until(async () => (await events(here)).some(({ facts }) => facts.loosening === "waits for trust"));
    expect(await call("drop")).toBe(false);
    expect(await here.run("trust", "--yes", here.config)).toMatchObject({ status: 0 });
    await until(() => call("drop"));
  });

  test("that takes a server out takes its tools away, and one that adds a server starts nothing", async () => {
    const { here, agent } = await start(allow);
    expect(await agent.serverTools()).toHaveLength(3);
    await edit(here, allow, { ...ledgerServer(here.folder), other: { command: "never-started" } });
    await until(async () => (await events(here)).some(({ event }) => event === "config_reloaded"));
    expect(await agent.serverTools()).toHaveLength(3);
    await edit(here, allow, {});
    await until(async () => (await agent.serverTools()).length === 0);
    await expect(agent.call("led__read", { note: "x" })).rejects.toThrow("Unknown tool");
  });
});
