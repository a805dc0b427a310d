import { chmodSync, lstatSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseTomlText } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parseConfig } from "#config";
import { planLines, undoChanges } from "#onboarding";
import { makeMachine } from "../support/machine.ts";
import { ENV, SAMPLES, type Sample, SECRET } from "../support/samples.ts";
import { SHAPES } from "../support/shapes.ts";

function machineWith(samples: readonly Sample[]) {
  const machine = makeMachine(ENV);
  for (const { file, text, mode, linkTo } of samples)
    machine.write(file, text, {
      ...(mode !== undefined && { mode }),
      ...(linkTo !== undefined && { linkTo }),
    });
  return machine;
}

const read = ({ file }: Sample, text: string) =>
  file.endsWith(".toml")
    ? parseTomlText(text)
    : parseJsonc(text.replace(/^\uFEFF/, ""), [], { allowTrailingComma: true });

describe.for(SAMPLES)("$client, $file", (sample) => {
  test("init then undo leaves every byte, mode and link as it was", async () => {
    const machine = machineWith([sample]);
    const before = machine.snapshot();
    await machine.init();
    expect(machine.snapshot()).not.toEqual(before);
    const done = await undoChanges(machine.home);
    expect(done.map(({ outcome }) => outcome)).toEqual(["restored", "removed"]);
    expect(machine.snapshot()).toEqual(before);
    expect(await undoChanges(machine.home)).toEqual([]);
  });

  test("init leaves one entry that the client's documentation calls valid, and all else as it was", async () => {
    const machine = machineWith([sample]);
    const plan = await machine.init();
    expect(plan.moves.map(({ to }) => to)).toEqual(sample.moved);
    const text = machine.read(sample.file);
    const map = sample.at.reduce((value, key) => value[key], read(sample, text));
    const stayed = plan.stays.map(({ name }) => name);
    expect(Object.keys(map).sort()).toEqual([...stayed, "preloop"].sort());
    const shape = SHAPES[sample.shape ?? sample.client]!;
    shape.documented.parse(map.preloop);
    shape.ours.parse(map.preloop);
    expect(outside(sample, text)).toEqual(outside(sample, sample.text));
    for (const comment of sample.comments ?? []) expect(text).toContain(comment);
    expect(text.includes("\r\n")).toBe(sample.text.includes("\r\n"));
    if (sample.text.includes("\r\n")) expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text.startsWith("\uFEFF")).toBe(sample.text.startsWith("\uFEFF"));
    const file = path.join(machine.userHome, "..", sample.file);
    expect(lstatSync(file).isSymbolicLink()).toBe(sample.linkTo !== undefined);
    expect(statSync(file).mode & 0o7777).toBe(sample.mode ?? 0o644);
  });

  test("what was moved loads, for the user alone", async () => {
    const machine = machineWith([sample]);
    await machine.init();
    expect(statSync(machine.configFile).mode & 0o7777).toBe(0o600);
    const { config } = parseConfig(readFileSync(machine.configFile, "utf8"), "config", ENV);
    expect(Object.keys(config.mcpServers)).toEqual(sample.moved);
    const text = JSON.stringify(config.mcpServers, null, 1);
    expect(text.replaceAll(path.dirname(machine.userHome), "ROOT")).toMatchSnapshot();
  });

  test("a second init finds nothing to do", async () => {
    const machine = machineWith([sample]);
    await machine.init();
    expect((await machine.plan()).moves).toEqual([]);
  });

  test("no secret is shown, neither before nor after", async () => {
    const machine = machineWith([sample]);
    const plan = await machine.plan();
    expect(planLines(plan).join("\n")).not.toContain(SECRET);
    await machine.init();
    expect(planLines(await machine.plan()).join("\n")).not.toContain(SECRET);
  });
});

/** A file's value without what init may touch. */
function outside(sample: Sample, text: string): unknown {
  const value = read(sample, text);
  delete value[sample.at[0]!];
  delete value.mcp; // Gemini's list of servers that may be used
  for (const project of Object.values<Record<string, unknown>>(value.projects ?? {}))
    delete project.mcpServers;
  return value;
}

test("all clients at once: one config, one name for one server, and back to every byte", async () => {
  const machine = machineWith(SAMPLES);
  machine.write(
    "user/.config/Code/User/mcp.json",
    '{"servers":{"a":{"command":"a","args":["$' + '{env:DB_URL}"]},"b":{"command":"bb"}}}',
  );
  const before = machine.snapshot();
  const plan = await machine.init();
  const { config } = parseConfig(readFileSync(machine.configFile, "utf8"), "config", ENV);
  expect(new Set(plan.moves.map(({ to }) => to))).toEqual(new Set(Object.keys(config.mcpServers)));
  expect(Object.keys(config.mcpServers)).toEqual(expect.arrayContaining(["b", "b-2", "docs", "docs-2"]));
  await undoChanges(machine.home);
  expect(machine.snapshot()).toEqual(before);
});

test("a config that is there already is extended: comments, order and rules stay, and its mode comes back", async () => {
  const machine = machineWith([SAMPLES[2]!]);
  const text = `// my config\n{\n    "policy": { "default": "deny", /* strict */ "rules": [\n        { "name": "mine", "tool": "x__*", "action": "deny" } // first\n    ] },\n    "mcpServers": {\n        "a": { "command": "other" } // kept\n    }\n}\n`;
  machine.write("user/.config/preloop/preloop.config.json", text, { mode: 0o644 });
  const before = machine.snapshot();
  const rule = { name: "proposed: b reads", tool: ["b__list"], action: "allow", reason: "Because." } as const;
  await machine.init(undefined, [rule]);
  const after = machine.read("user/.config/preloop/preloop.config.json");
  for (const comment of ["// my config", "/* strict */", "// first", "// kept"])
    expect(after).toContain(comment);
  const { config } = parseConfig(after, "config", ENV);
  expect(Object.keys(config.mcpServers)).toEqual(["a", "a-2", "b", "c"]);
  expect(config.policy.rules.map(({ name }) => name)).toEqual(["mine", rule.name]);
  expect(statSync(machine.configFile).mode & 0o7777).toBe(0o600);
  await undoChanges(machine.home);
  expect(machine.snapshot()).toEqual(before);
});

test("two inits, one after the other, are both taken back", async () => {
  const machine = machineWith(SAMPLES);
  const before = machine.snapshot();
  await machine.init("cursor");
  await machine.init("zed");
  await undoChanges(machine.home);
  expect(machine.snapshot()).toEqual(before);
});

test("a file's mode that somebody changed for the worse does not keep undo from its bytes", async () => {
  const machine = machineWith([SAMPLES[0]!]);
  const before = machine.snapshot();
  await machine.init();
  chmodSync(path.join(machine.userHome, ".claude.json"), 0o666);
  await undoChanges(machine.home);
  expect(machine.snapshot()).toEqual(before);
});

test("an init that finds a file changed since it was read writes nothing", async () => {
  const machine = machineWith([SAMPLES[0]!, SAMPLES[3]!]);
  const plan = await machine.plan();
  const file = path.join(machine.userHome, ".claude.json");
  writeFileSync(file, "{}");
  const before = machine.snapshot();
  const { applyPlan } = await import("#onboarding");
  expect(() => applyPlan(plan, [], { home: machine.home, now: new Date() })).toThrow(
    /changed while init looked/,
  );
  expect(machine.snapshot()).toEqual(before);
});
