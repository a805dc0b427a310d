import { chmodSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeMachine } from "../../onboarding/support/machine.ts";
import { SECRET } from "../../onboarding/support/samples.ts";
import { stopOwner } from "../../support/embedded.ts";
import { ROOT } from "../../support/run-preloop.ts";
import { machineWithServers, run, SERVER } from "./support.ts";

// Whole programs and a store of their own: seconds on a quiet machine, minutes on a busy one.
vi.setConfig({ testTimeout: 240_000 });

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
  const program = path.join(ROOT, "test/fixtures/deep-server.mjs");
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
