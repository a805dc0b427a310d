import { existsSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeMachine } from "../../onboarding/support/machine.ts";
import { SAMPLES, SECRET } from "../../onboarding/support/samples.ts";
import { ROOT } from "../../support/run-preloop.ts";
import { environment, machineWithServers, run, SERVER } from "./support.ts";

const KILLER = path.join(ROOT, "test/fixtures/kill-at-rename.mjs");

// Whole programs and a store of their own: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 240_000 });

test("init moves servers, and a client that starts what it left reaches them", async () => {
  const machine = machineWithServers();
  const before = machine.snapshot();
  const { status, stdout, stderr } = await run(machine, ["init", "--yes"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`sdk: ${process.execPath} ${SERVER} stdio --token [redacted]`);
  expect(stdout).toContain("with KEY");
  expect(stdout).toContain('gone: "not-there\\u{202e}" x');
  expect(stdout).toContain("gone could not be asked for its tools");
  expect(stdout).toMatch(/allow {2}sdk__count/);
  expect(stdout).not.toContain(SECRET);
  expect(stdout).not.toContain("\u202e");

  const { preloop } = JSON.parse(machine.read("user/.cursor/mcp.json")).mcpServers;
  const client = new Client({ name: "cursor", version: "1" });
  const env = { ...environment(machine), ...preloop.env };
  await client.connect(new StdioClientTransport({ ...preloop, env, cwd: machine.project, stderr: "ignore" }));
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["sdk__echo", "sdk__count"]));
  // One that the proposed policy lets pass.
  const counted = await client.callTool({ name: "sdk__count", arguments: { to: 1 } });
  expect(counted.content).toEqual([{ type: "text", text: "counted" }]);
  await client.close();

  expect(await run(machine, ["init", "--yes"])).toMatchObject({ status: 0, stdout: "Nothing to move.\n" });
  expect((await run(machine, ["undo"])).status).toBe(0);
  expect(machine.snapshot()).toEqual(before);
  expect(await run(machine, ["undo"])).toMatchObject({
    status: 0,
    stdout: "There is nothing to take back.\n",
  });
});

test("init --dry-run and init without a yes start and change nothing", async () => {
  const machine = machineWithServers();
  const before = machine.snapshot();
  const dry = await run(machine, ["init", "--dry-run", "--json"]);
  expect(dry.status).toBe(0);
  expect(dry.stdout).not.toContain(SECRET);
  const plan = JSON.parse(dry.stdout);
  expect(plan).toMatchObject({ applied: false, config: machine.configFile, rules: [] });
  expect(plan.moves.map(({ client, server }: Record<string, string>) => `${client} ${server}`)).toEqual([
    "cursor sdk",
    "cursor gone",
    "windsurf sdk",
  ]);
  expect(await run(machine, ["init"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--yes") });
  expect(await run(machine, ["init", "--client", "emacs"])).toMatchObject({ status: 2 });
  expect(machine.snapshot()).toEqual(before);
  expect(existsSync(path.join(machine.home, "changes"))).toBe(false);
});

test("init and undo refuse to run inside an agent", async () => {
  const machine = machineWithServers();
  const before = machine.snapshot();
  const agent = { env: { CLAUDECODE: "1" } };
  expect((await run(machine, ["init", "--yes"], agent)).status).toBe(9);
  expect(machine.snapshot()).toEqual(before);
  await machine.init();
  const after = machine.snapshot();
  expect((await run(machine, ["undo"], agent)).status).toBe(9);
  expect(machine.snapshot()).toEqual(after);
});

// The journal is the first file put in place, then preloop's config, then three clients' files.
test.for(["1 before", "1 after", "2 after", "3 before", "3 after", "4 after", "5 after"])(
  "init that is killed %s a file is put in place is taken back by undo",
  async (killAt) => {
    const machine = makeMachine();
    for (const { file, text, client } of SAMPLES)
      if (["zed", "claude-desktop", "codex"].includes(client))
        machine.write(file, text.replace("https://far.acme.dev", "http://127.0.0.1:9"));
    const before = machine.snapshot();
    const killed = await run(machine, ["init", "--yes"], { env: { KILL_AT: killAt }, preload: KILLER });
    expect(killed.status).toBe("SIGKILL");
    expect((await run(machine, ["undo"])).status).toBe(0);
    const after = machine.snapshot();
    // A kill before the journal stands leaves nothing but the journal's draft, in preloop's own home.
    expect(after).toEqual(before);
  },
);
