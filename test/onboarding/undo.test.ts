import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseTomlText } from "smol-toml";
import { expect, test } from "vitest";
import { parseConfig } from "#config";
import { type UndoneFile, undoChanges } from "#onboarding";
import { type Machine, makeMachine } from "./support/machine.ts";
import { ENV, SAMPLES, type Sample, SECRET } from "./support/samples.ts";

const sampleOf = (file: string) => SAMPLES.find((sample) => sample.file.endsWith(file))!;
const CLAUDE = sampleOf(".claude.json");
const CODEX = sampleOf("config.toml");
const ZED = sampleOf("zed/settings.json");

async function initialised(...samples: readonly Sample[]): Promise<Machine> {
  const machine = makeMachine(ENV);
  for (const { file, text } of samples) machine.write(file, text);
  await machine.init();
  return machine;
}

const outcomes = (done: readonly UndoneFile[]) => done.map(({ outcome }) => outcome);

test("a client that rewrote its file gets its servers back, and keeps what it wrote", async () => {
  const machine = await initialised(CLAUDE);
  const now = JSON.parse(machine.read(CLAUDE.file));
  machine.write(CLAUDE.file, JSON.stringify({ ...now, numStartups: 13 }));
  const done = await undoChanges(machine.home);
  expect(outcomes(done)).toEqual(["reversed", "removed"]);
  expect(done[0]!.note).toMatch(/it changed since init/);
  expect(JSON.parse(machine.read(CLAUDE.file))).toEqual({ ...JSON.parse(CLAUDE.text), numStartups: 13 });
  expect(existsSync(machine.configFile)).toBe(false);
});

test("a changed TOML file gets its tables back, comments and all", async () => {
  const machine = await initialised(CODEX);
  machine.write(CODEX.file, `${machine.read(CODEX.file)}\r\n[fresh]\r\nkey = 1\r\n`);
  expect(outcomes(await undoChanges(machine.home))).toEqual(["reversed", "removed"]);
  const text = machine.read(CODEX.file);
  expect(parseTomlText(text)).toEqual({ ...parseTomlText(CODEX.text), fresh: { key: 1 } });
  expect(text).toContain('"--x", # one');
});

test("a TOML file from which preloop's table is gone gets the servers' tables at its end", async () => {
  const machine = await initialised(CODEX);
  machine.write(CODEX.file, 'model = "gpt-6"');
  const done = await undoChanges(machine.home);
  expect(outcomes(done)).toEqual(["refused", "refused"]);
  machine.write(CODEX.file, 'model = "gpt-6"\n[mcp_servers]');
  expect(outcomes(await undoChanges(machine.home))).toEqual(["reversed", "removed"]);
  const { mcp_servers } = parseTomlText(CODEX.text);
  expect(parseTomlText(machine.read(CODEX.file))).toEqual({ model: "gpt-6", mcp_servers });
});

test("servers come back beside others when preloop's own entry is gone", async () => {
  const machine = await initialised(ZED);
  const text = machine
    .read(ZED.file)
    .replace(/"preloop": \{[^}]*\{\}[^}]*\},/, '"mine": { "command": "mine" },');
  machine.write(ZED.file, text);
  expect(outcomes(await undoChanges(machine.home))).toEqual(["reversed", "removed"]);
  const { context_servers: servers } = parseJsonc(machine.read(ZED.file), [], { allowTrailingComma: true });
  expect(Object.keys(servers)).toEqual(["ext", "mine", "old", "new"]);
});

test("a server that stands there again, another than before, is left as it is", async () => {
  const machine = await initialised(ZED);
  const text = machine.read(ZED.file).replace('"preloop":', '"old": { "command": "newer" },\n    "preloop":');
  machine.write(ZED.file, text);
  const done = await undoChanges(machine.home);
  expect(done[0]).toMatchObject({
    outcome: "reversed",
    note: expect.stringContaining("old stood there again"),
  });
  const { context_servers: servers } = parseJsonc(machine.read(ZED.file), [], { allowTrailingComma: true });
  expect(servers.old).toEqual({ command: "newer" });
  expect(Object.keys(servers).sort()).toEqual(["ext", "new", "old"]);
});

test("what people added to preloop's config stays, and what init added goes", async () => {
  const machine = await initialised(CODEX);
  const text = machine.read("user/.config/preloop/preloop.config.json");
  const mine = text
    .replace('"mcpServers": {', '"mcpServers": { // mine\n    "own": { "command": "own" },')
    .replace('"command": "search"', '"command": "search-2"');
  writeFileSync(machine.configFile, mine);
  expect(outcomes(await undoChanges(machine.home))).toEqual(["restored", "reversed"]);
  const left = readFileSync(machine.configFile, "utf8");
  expect(left).toContain("// mine");
  expect(Object.keys(parseConfig(left, "config", ENV).config.mcpServers)).toEqual(["own", "my-search"]);
});

test.for([
  ["that nobody can read", "{ broken", /is no JSON/],
  ["that has no servers any more", "{}", /there is no context_servers/],
  ["that is gone", undefined, /it is gone/],
] as const)(
  "a file %s is left as it is, its servers stay behind preloop, and a later undo ends it",
  async ([, text, why]) => {
    const machine = await initialised(ZED);
    const file = path.join(machine.userHome, ".config/zed/settings.json");
    const after = readFileSync(file);
    const config = readFileSync(machine.configFile);
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
    const done = await undoChanges(machine.home);
    expect(outcomes(done)).toEqual(["refused", "refused"]);
    expect(done[0]!.note).toMatch(why);
    expect(readFileSync(machine.configFile)).toEqual(config);
    if (text !== undefined) expect(readFileSync(file, "utf8")).toBe(text);
    writeFileSync(file, after);
    expect(outcomes(await undoChanges(machine.home))).toEqual(["restored", "removed"]);
    expect(readFileSync(file, "utf8")).toBe(ZED.text);
  },
);

test("the journal is for the user alone, shows no secret in undo's words, and is gone afterwards", async () => {
  const machine = await initialised(...SAMPLES);
  const folder = path.join(machine.home, "changes");
  const { statSync } = await import("node:fs");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(await undoChanges(machine.home))).not.toContain(SECRET);
  expect(existsSync(folder)).toBe(false);
});
