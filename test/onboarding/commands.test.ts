import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, onTestFinished, test, vi } from "vitest";
import { stopOwner } from "../support/embedded.ts";
import { type Machine, makeMachine } from "./support/machine.ts";
import { SAMPLES, SECRET } from "./support/samples.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const BIN = path.join(ROOT, "bin/preloop.js");
const KILLER = path.join(ROOT, "test/fixtures/kill-at-rename.mjs");
const SERVER = path.join(ROOT, "test/fixtures/sdk-server.mjs");

// Whole programs and a store of their own: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 240_000 });

interface Ran {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly preload?: string;
}

function run(
  machine: Machine,
  args: readonly string[],
  { env = {}, preload }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const words = preload === undefined ? [BIN, ...args] : ["--import", preload, BIN, ...args];
    const child = spawn(process.execPath, words, {
      cwd: machine.project,
      env: { ...environment(machine), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      out.stderr += text;
    });
    child.on("error", reject).on("close", (status, signal) => resolve({ status: status ?? signal, ...out }));
  });
}

// Without other folders on the PATH: no client's command of the samples may be found and started.
const environment = ({ userHome, home }: Machine) => ({
  PATH: path.dirname(process.execPath),
  HOME: userHome,
  PRELOOP_HOME: home,
});

function machineWithServers(): Machine {
  const machine = makeMachine();
  onTestFinished(() => stopOwner(machine.home));
  const servers = {
    sdk: { command: process.execPath, args: [SERVER, "stdio", "--token", SECRET], env: { KEY: SECRET } },
    gone: { command: "not-there\u202e", args: ["x"] },
  };
  machine.write("user/.cursor/mcp.json", JSON.stringify({ mcpServers: servers }, null, 2));
  machine.write(
    "user/.codeium/windsurf/mcp_config.json",
    JSON.stringify({ mcpServers: { sdk: servers.sdk } }),
  );
  return machine;
}

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

test("doctor tells what is broken, what is a way around preloop, and how to mend it", async () => {
  const machine = machineWithServers();
  await machine.init("cursor");
  const config = JSON.parse(readFileSync(machine.configFile, "utf8").replace(/^\/\/.*\n/, ""));
  expect(Object.keys(config.mcpServers)).toEqual(["sdk", "gone"]);
  machine.write(
    "user/.codex/config.toml",
    '[mcp_servers.preloop]\ncommand = "preloop"\ntool_timeout_sec = 60\n[mcp_servers.new]\ncommand = "new"\n',
  );
  chmodSync(machine.configFile, 0o644);
  const { status, stdout } = await run(machine, ["doctor", "--json"]);
  expect(status).toBe(10);
  expect(stdout).not.toContain(SECRET);
  const { broken, findings } = JSON.parse(stdout) as {
    broken: number;
    findings: { check: string; level: string; text: string; mend?: string }[];
  };
  const told = findings.map(
    ({ check, level, text, mend }) => `${level} ${check} ${text}${mend ? ` => ${mend}` : ""}`,
  );
  const expected = [
    /^ok home /,
    /^ok config /,
    /^warning config others can read .* => chmod 600 /,
    /^ok key /,
    /^ok store /,
    /^ok clock /,
    /^ok server sdk lists \d+ tools/,
    /^broken server gone: .* => run it by hand/,
    /^broken client Codex .* starts "preloop" by preloop, which is not there => /,
    /^broken client Codex .* gives up on a call after 60 s, .* 240 s => set tool_timeout_sec of preloop to 300/,
    /^warning client "new" of Codex .* is not behind preloop => preloop init --client codex/,
    /^broken client Windsurf .* starts "sdk" itself, past preloop, which has it as "sdk" => preloop init --client windsurf/,
  ];
  for (const line of expected) expect(told).toContainEqual(expect.stringMatching(line));
  expect(broken).toBe(findings.filter(({ level }) => level === "broken").length);
});

test("doctor has nothing to say about a machine that is in order", async () => {
  const machine = makeMachine();
  onTestFinished(() => stopOwner(machine.home));
  machine.write(
    "user/.cursor/mcp.json",
    JSON.stringify({ mcpServers: { sdk: { command: process.execPath, args: [SERVER, "stdio"] } } }),
  );
  expect((await run(machine, ["init", "--yes"])).status).toBe(0);
  const { status, stdout } = await run(machine, ["doctor"]);
  expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("ok "))).toEqual([]);
  expect(status).toBe(0);
  expect(statSync(machine.configFile).mode & 0o777).toBe(0o600);
});

test("doctor names the tools that are nested too deep to be served [S-71]", async () => {
  const machine = makeMachine();
  onTestFinished(() => stopOwner(machine.home));
  const program = path.join(import.meta.dirname, "../fixtures/deep-server.mjs");
  machine.write(
    "user/.config/preloop/preloop.config.json",
    JSON.stringify({ mcpServers: { sly: { command: process.execPath, args: [program, "outputSchema"] } } }),
  );
  const { stdout } = await run(machine, ["doctor"]);
  expect(stdout).toMatch(/warning +server +sly lists 1 tools .*; left out for their depth: deep/);
});

test("doctor works where the config does not, and finds an open home", async () => {
  const machine = makeMachine();
  onTestFinished(() => stopOwner(machine.home));
  machine.write("user/.config/preloop/preloop.config.json", '{ "policy": { "defualt": "ask" } }');
  machine.write("preloop-home/secret.key", `${"k".repeat(40)}\n`, { mode: 0o644 });
  chmodSync(machine.home, 0o700);
  const { status, stdout } = await run(machine, ["doctor"]);
  expect(status).toBe(10);
  expect(stdout).toMatch(/broken +config .*defualt/);
  expect(stdout).toMatch(/broken +home .*secret\.key\n +mend: chmod go= /);
});
