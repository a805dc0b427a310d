import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseTomlText } from "smol-toml";
import { expect, test, vi } from "vitest";
import { applyPlan, undoChanges } from "#onboarding";
import { makeMachine } from "../support/machine.ts";

vi.setConfig({ testTimeout: 120_000 + 2_000 * Number(process.env.PRELOOP_TEST_ROUNDS ?? 0) });
const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 40);

/** Chance that can be had again: mulberry32. */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    of: <T>(...choices: T[]): T => choices[Math.floor(next() * choices.length)]!,
    count: (max: number) => Math.floor(next() * (max + 1)),
  };
}
type Chance = ReturnType<typeof chance>;

interface Made {
  readonly text: string;
  /** Comments that stand outside of what is moved. */
  readonly comments: readonly string[];
}

function makeJson(any: Chance): Made {
  const eol = any.of("\n", "\r\n");
  const block = any.of(true, true, false);
  const indent = any.of("  ", "\t", "     ", "");
  const comments: string[] = [];
  const remark = () => {
    if (any.of(true, true, false)) return "";
    const text =
      block && any.of(true, false) ? `// c${comments.length} {"[,` : `/* c${comments.length} , } */`;
    comments.push(text);
    return text.startsWith("//") ? `${text}${eol}${indent}` : `${text} `;
  };
  const gap = () => (block ? eol + indent.repeat(2) : any.of("", " "));
  const names = ["a", "b b", 'q"uote', "d", "é"].slice(0, 1 + any.count(4));
  const members = names.map((name, index) => {
    const value = any.of(
      '{"command":"x"}',
      `{${gap()}"command": "x",${gap()}"args": ["}", "//", ","]${gap()}}`,
      `{ "url" : "https://x.dev/mcp" }`,
      `{ "command": "stays", "envFile": "x" }`,
    );
    const comma = index < names.length - 1 ? `${remark()},` : any.of("", ",");
    return `${gap()}${remark()}${JSON.stringify(name)}${any.of("", " ")}:${any.of("", " ")}${value}${comma}${any.of("", " ", ` ${remark()}`)}`;
  });
  const others = any.of("", `"before": [1, {"x": null}],${gap()}`);
  const after = any.of("", `,${gap()}"after": "\\u202e"`);
  const map = `"mcpServers": {${members.join("")}${gap()}}`;
  const text = `${remark()}{${gap()}${others}${map}${after}${gap()}}${any.of("", eol)}`;
  return { text, comments: comments.filter((comment) => text.includes(comment)) };
}

function makeToml(any: Chance): Made {
  const eol = any.of("\n", "\r\n");
  const comments: string[] = [];
  const remark = () => {
    if (any.of(true, false)) return "";
    comments.push(`# c${comments.length} [x] "`);
    return `${comments.at(-1)}${eol}`;
  };
  const blank = () => any.of("", eol, eol + eol);
  const parts = ["a", '"b c"', "d", "e-f"].slice(0, 1 + any.count(3)).map((name) => {
    const body = any.of(
      `command = "x"${eol}args = [${eol}  "[mcp_servers.z]",${eol}]${eol}`,
      `command = """x"""${eol}${eol}[mcp_servers.${name}.env]${eol}K = 'v'${eol}`,
      `url = "https://x.dev/mcp"${eol}http_headers = { K = "[v]" }${eol}`,
    );
    const between = any.of("", `[other-${name.replaceAll(/\W/g, "")}]${eol}x = 1${eol}`);
    return `${remark()}[mcp_servers.${name}]${eol}${body}${blank()}${remark()}${blank()}${between}`;
  });
  return { text: `${remark()}model = "m"${eol}${blank()}${parts.join("")}`, comments };
}

const KINDS = [
  [
    "JSON",
    "user/.cursor/mcp.json",
    makeJson,
    (text: string) => parseJsonc(text, [], { allowTrailingComma: true }),
    "mcpServers",
    "// drift",
  ],
  [
    "TOML",
    "user/.codex/config.toml",
    makeToml,
    parseTomlText as (text: string) => Record<string, unknown>,
    "mcp_servers",
    "# drift",
  ],
] as const;

test.for(KINDS)(
  `%s of ${ROUNDS} kinds: only the servers move, and both ways back lead home`,
  async ([, file, make, parse, key, drift]) => {
    const machine = makeMachine();
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const { text, comments } = make(chance(seed));
      const hint = `seed ${seed}:\n${text}`;
      const original = parse(text);
      machine.write(file, text);
      const plan = await machine.plan();
      const movable = Object.values(original[key] as object).filter(
        (server) => !("envFile" in server),
      ).length;
      expect(plan.moves.length, hint).toBe(movable);
      if (movable === 0) continue;
      applyPlan(plan, [], { home: machine.home, now: new Date() });
      const moved = machine.read(file);
      const { [key]: servers, ...rest } = parse(moved) as Record<string, object>;
      const { [key]: _, ...restBefore } = original;
      expect(rest, hint).toEqual(restBefore);
      expect(Object.keys(servers!), hint).toContain("preloop");
      for (const comment of comments) expect(moved, hint).toContain(comment);

      // Half of them changed since: then the values come back, else every byte.
      const drifted = seed % 2 === 0;
      if (drifted) machine.write(file, `${moved}\n${drift}\n`);
      const [first] = await undoChanges(machine.home);
      expect(first, hint).toMatchObject({ outcome: drifted ? "reversed" : "restored" });
      if (drifted) expect(parse(machine.read(file)), hint).toEqual(original);
      else expect(machine.read(file), hint).toBe(text);
    }
  },
);
