import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { buildFixture } from "../../support/start-source.ts";
import { aLook, hasTmux, openPane, type Pane } from "../support/tmux.ts";

const ESC = "\x1b";
// Real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let program: string;
beforeAll(async () => {
  if (hasTmux) program = await buildFixture("tui-program");
});

function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), "preloop-tui-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

interface Opened extends Pane {
  readonly decisions: () => readonly {
    readonly id?: string;
    readonly verdict?: string;
    readonly args?: string;
  }[];
  readonly pid: () => number;
}

function open(
  scenario: string,
  given: { columns?: number; rows?: number; env?: Readonly<Record<string, string>>; after?: string } = {},
): Opened {
  const log = path.join(directory(), "decisions");
  const { after = "echo status $?; stty -a", ...rest } = given;
  const pane = openPane({ ...rest, command: `${process.execPath} ${program} ${scenario} ${log}; ${after}` });
  return {
    ...pane,
    decisions: () =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
    pid: () => Number(/pid (\d+)\./.exec(pane.bytes())![1]),
  };
}

/** The terminal is the shell's again: its screen, its line editing, its echo. */
async function isGivenBack(pane: Pane): Promise<void> {
  const text = await pane.sees(/[^-]icanon/);
  expect(pane.isAlternate()).toBe(false);
  expect(text).toMatch(/[^-]icanon/);
  expect(text).toMatch(/[^-]echo\b/);
  const bytes = pane.bytes();
  for (const [on, off] of [
    ["?1049h", "?1049l"],
    ["?25l", "?25h"],
    ["?7l", "?7h"],
    ["?2004h", "?2004l"],
  ])
    expect(bytes.lastIndexOf(`${ESC}[${off}`)).toBeGreaterThan(bytes.lastIndexOf(`${ESC}[${on}`));
}

// What the screen itself may send: modes, places, erasures, colours, the bell with our own words.
const OURS = new RegExp(
  [
    String.raw`\x1b\[\?(?:1049|25|7|2004|2026)[hl]`,
    String.raw`\x1b\[\d+;1H`,
    String.raw`\x1b\[[02]?[JK]`,
    String.raw`\x1b\[[\d;]*m`,
    String.raw`\x07\x1bPtmux;\x1b\x1b\]9;preloop: \d+ approvals? waiting\x07\x1b\\`,
    "\r\n",
  ].join("|"),
  "g",
);

describe.skipIf(!hasTmux)(`a real terminal${hasTmux ? "" : " [SKIPPED: tmux is not installed]"}`, () => {
  test.for([
    [120, 30],
    [80, 24],
    [40, 12],
  ] as const)(
    "S-12 S-13 S-14 S-15 S-16 S-17 S-18 nothing of the arguments acts on a terminal of %i by %i",
    async ([columns, rows]) => {
      const pane = open("hostile", { columns, rows });
      await pane.sees("1 waiting");
      pane.keys("Enter");
      await pane.sees("2 Detail");
      let seen = pane.text();
      for (const key of [
        "PageDown",
        "PageDown",
        "PageDown",
        "PageDown",
        "PageDown",
        "v",
        "End",
        "v",
        "End",
        "v",
        "End",
      ]) {
        await pane.turn(key);
        seen += pane.text();
        expect(pane.rows().filter((row) => /^[┏┌│┃┗└]/.test(row)).length).toBe(rows - 2);
      }
      for (const shown of [
        "\\x1b[2J",
        "\\x9b2J",
        "\\x08",
        "\\u{202e}",
        "\\u{200b}",
        "\\xad",
        "\\u{e0068}",
        "xn--pple-43d.com",
        "invisible text “hi”",
      ])
        expect(seen.replaceAll(/\s|[┃│┊▲]/g, "")).toContain(shown.replaceAll(/\s/g, ""));
      const theirs = pane.bytes().replace(OURS, "");
      expect(theirs).not.toMatch(
        /\p{Cc}|[\u200b-\u200f]|[\u2028-\u202e]|[\u2060-\u206f]|\ufe0f|\ufeff|[\u{e0000}-\u{e0fff}]/u,
      );
      expect(pane.decisions()).toEqual([]);
      pane.keys("q");
      await isGivenBack(pane);
    },
  );

  test("a key approves, q leaves the terminal as it was", async () => {
    const pane = open("one");
    await pane.sees("notes.txt");
    await aLook();
    pane.keys("a");
    await pane.sees("approved a1b2c3");
    expect(pane.decisions()).toMatchObject([{ id: "a1b2c3", verdict: "approve" }]);
    pane.keys("q");
    await pane.sees("the screen is closed");
    await pane.sees("status 0");
    await isGivenBack(pane);
  });

  test("S-36 keys typed before the screen was there, and bursts, decide nothing", async () => {
    const pane = open("one");
    pane.burst("yyyyaaaa");
    pane.keys("Enter", "a", "Enter");
    await pane.sees("notes.txt");
    await aLook();
    pane.burst("aa");
    pane.burst("yyyy\r");
    await aLook();
    expect(pane.decisions()).toEqual([]);
    await pane.sees("1 waiting");
  });

  test("S-20 a megabyte is locked until its end was shown", async () => {
    const pane = open("large");
    await pane.sees("65,001 lines");
    await aLook();
    pane.keys("a");
    await pane.sees("not read yet");
    pane.keys("Escape");
    await pane.loses("not read yet");
    pane.keys("End");
    await aLook();
    pane.keys("a");
    await pane.sees("approved a1b2c3");
  });

  test.for(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s gives the terminal back", async (signal) => {
    const pane = open("one");
    await pane.sees("notes.txt");
    expect(pane.isAlternate()).toBe(true);
    process.kill(pane.pid(), signal);
    await isGivenBack(pane);
    expect(pane.decisions()).toEqual([]);
  });

  test("an uncaught error gives the terminal back and shows the error", async () => {
    const pane = open("one", { env: { CRASH: "1" } });
    await pane.sees("notes.txt");
    process.kill(pane.pid(), "SIGUSR2");
    await isGivenBack(pane);
    await pane.sees("Error: boom");
    await pane.sees(/status \d/);
    expect(pane.bytes().split(`${ESC}[?1049l`)).toHaveLength(2);
  });

  test("kill -9 leaves a terminal that the next program can use, and nothing decided", async () => {
    const pane = open("one", { after: "sleep 2; stty -a" });
    await pane.sees("notes.txt");
    process.kill(pane.pid(), "SIGKILL");
    await isGivenBack(pane);
    expect(pane.decisions()).toEqual([]);
  });

  test("Ctrl-Z hands the terminal to the shell, fg brings the screen back", async () => {
    const log = path.join(directory(), "decisions");
    const pane = openPane({ command: `exec bash --norc -i` });
    await pane.sees(/bash.*[#$]/);
    pane.burst(`${process.execPath} ${program} one ${log}\r`);
    await pane.sees("notes.txt");
    pane.keys("C-z");
    await pane.sees("Stopped");
    expect(pane.isAlternate()).toBe(false);
    pane.burst("echo still $((40 + 2))\r");
    await pane.sees("still 42");
    pane.burst("fg\r");
    await pane.sees("notes.txt");
    await pane.sees("1 waiting");
    await aLook();
    pane.keys("a");
    await pane.sees("approved a1b2c3");
    pane.keys("q");
    await pane.sees("the screen is closed");
  });

  test("a resize fills the new size", async () => {
    const pane = open("plain", { columns: 120, rows: 30 });
    await pane.sees("merge_pull_request");
    for (const [columns, rows] of [
      [80, 24],
      [40, 12],
      [30, 5],
      [100, 20],
    ] as const) {
      pane.resize(columns, rows);
      await aLook();
      const lines = pane.rows();
      expect(lines).toHaveLength(rows);
      if (columns < 40) expect(lines[0]).toMatch(/^3 waiting/);
      else expect(lines.at(-2)).toMatch(/^[┗└]/);
    }
  });

  test("the editor gets a private file and the terminal, and what it leaves is shown before anything is decided", async () => {
    const made = directory();
    const editor = path.join(made, "editor.sh");
    writeFileSync(
      editor,
      `#!/bin/sh\nstat -c '%a' "$1" "$(dirname "$1")" > ${made}/modes\necho "$1" > ${made}/file\nstty -a > ${made}/stty\nsed -i s/hello/bye/ "$1"\n`,
      { mode: 0o755 },
    );
    const pane = open("one", { env: { EDITOR: editor } });
    await pane.sees("notes.txt");
    await aLook();
    pane.keys("e");
    await pane.sees('+ content: "bye"');
    expect(readFileSync(`${made}/modes`, "utf8")).toBe("600\n700\n");
    expect(readFileSync(`${made}/stty`, "utf8")).toMatch(/[^-]icanon/);
    expect(existsSync(readFileSync(`${made}/file`, "utf8").trim())).toBe(false);
    expect(pane.decisions()).toEqual([]);
    await aLook();
    pane.keys("a");
    await pane.sees("approved a1b2c3 with your arguments");
    expect(pane.decisions()).toMatchObject([{ args: '{"path":"notes.txt","content":"bye"}' }]);
  });

  test("an arrival rings, with words of ours alone", async () => {
    const pane = open("one", { env: { LATER: "1" } });
    await pane.sees("2 waiting");
    expect(pane.bytes()).toContain("\x07\x1bPtmux;\x1b\x1b]9;preloop: 2 approvals waiting\x07\x1b\\");
    expect(pane.bytes().replace(OURS, "")).not.toMatch(/\p{Cc}/u);
  });

  test("NO_COLOR leaves the colours out, and loses no meaning", async () => {
    const colours = new RegExp(`${ESC}\\[(?:3\\d|4\\d|9[0-7]|10[0-7])(?:;\\d+)*m`);
    const plain = open("plain", { env: { NO_COLOR: "1" } });
    await plain.sees("!! HIGH");
    expect(plain.bytes()).not.toMatch(colours);
    const coloured = open("plain", { env: { FORCE_COLOR: "3" } });
    await coloured.sees("!! HIGH");
    expect(coloured.bytes()).toMatch(colours);
    const words = (pane: Pane) => pane.text().replaceAll(/ *\d+:\d+/g, "");
    expect(words(plain)).toBe(words(coloured));
  });
});
