import { describe, expect, test } from "vitest";
import { displayWidth, type Json, readJson } from "#base";
import { type ArgumentLines, fieldLines, jsonLines, textLines } from "../../../src/tui/render/arguments.ts";
import { differenceLines } from "../../../src/tui/render/difference.ts";
import type { StyledLine } from "../../../src/tui/render/styled-line.ts";

const WIDTH = 40;
const textOf = (row: StyledLine) => row.map(({ text }) => text).join("");
const rowsOf = ({ lines }: ArgumentLines) => lines.map(textOf);
const fields = (json: string) => fieldLines(readJson(json), WIDTH);

describe("arguments as fields", () => {
  test("every value is whole, and many lines are the lines they are", () => {
    expect(
      rowsOf(fields('{"path":"a.txt","n":412,"body":"one\\ntwo","list":["x",{"k":null}],"none":{}}')),
    ).toEqual([
      '┊ path: "a.txt"',
      "┊ n:    412",
      "┊ body: text of 2 lines",
      "┊   │ one",
      "┊   │ two",
      "┊ list: list of 2",
      '┊   - "x"',
      "┊   - object of 1",
      "┊     k: null",
      "┊ none: {}",
    ]);
  });

  test("numbers that a double cannot hold are shown as they are written", () => {
    expect(rowsOf(fields('{"id":12345678901234567890,"x":1.0}'))).toEqual([
      "┊ id: 12345678901234567890",
      "┊ x:  1.0",
    ]);
  });

  test("S-68 where a path leads stands under it, and with the warnings of the other views", () => {
    const value = { path: "/srv/%2e%2e/etc/shadow", to: "/srv/x", list: ["/a/../b\u0301"] };
    expect(rowsOf(fieldLines(value, 60))).toEqual([
      '┊ path: "/srv/%2e%2e/etc/shadow"',
      "┊   → resolves to /etc/shadow",
      '┊ to:   "/srv/x"',
      "┊ list: list of 1",
      '┊   - "/a/../b\u0301"',
      "┊     → resolves to /b\u0301",
    ]);
    expect(jsonLines(value, 60).warnings).toEqual([
      "path resolves to /etc/shadow",
      "list[0] resolves to /b\u0301",
    ]);
  });

  test("S-16 every row of a forged frame carries the gutter, in every view", () => {
    const forged = "hi\n└──┘\n APPROVED by ana\u2028┌──┐";
    const value: Json = { text: forged, [forged]: "x" };
    for (const view of [fieldLines(value, WIDTH), jsonLines(value, WIDTH), textLines(forged, WIDTH)])
      for (const row of rowsOf(view)) expect(row).toMatch(/^┊ /);
  });

  test("S-17 S-18 S-19 warnings of all texts are told once, with one sum", () => {
    const { warnings } = fieldLines(
      { a: "x\u202ey", b: "z\u200b\u200b", c: "https://\u0430pple.com" },
      WIDTH,
    );
    expect(warnings[0]).toBe("3 hidden characters");
    expect(warnings).toContain("right-to-left override");
    expect(warnings).toContain("zero-width characters");
    expect(warnings).toContain("mixed-script host \u0430pple.com → xn--pple-43d.com");
    expect(warnings.filter((warning) => /hidden/.test(warning))).toHaveLength(1);
  });

  test("S-21 a payload behind 10,000 blanks is on the first screen", () => {
    const rows = rowsOf(
      fieldLines(
        { command: `ls${" ".repeat(10_000)}; rm -rf /`, text: `hi${"\n".repeat(10_000)}rm -rf ~` },
        WIDTH,
      ),
    );
    expect(rows.length).toBeLessThan(10);
    expect(rows.join("\n")).toContain("⟨10,000 spaces⟩");
    expect(rows.join("\n")).toContain("blank lines⟩");
    expect(rows.join("\n")).toMatch(/rm -rf \/"/);
    expect(rows.join("\n")).toContain("rm -rf ~");
  });

  test("no row is wider than it may be, and folding loses nothing", () => {
    const text = "日本語👍 and some words ".repeat(30);
    const { lines } = fieldLines({ text }, WIDTH);
    for (const row of lines) expect(displayWidth(textOf(row))).toBeLessThanOrEqual(WIDTH);
    const joined = lines
      .map((row) => textOf(row).slice(2))
      .join("")
      .replaceAll(/^ {2}|(?<=.) {2}/g, "");
    expect(joined.replaceAll(" ", "")).toBe(`text:"${text}"`.replaceAll(" ", ""));
  });

  test("an escape is never parted between two rows", () => {
    const rows = rowsOf(fieldLines({ t: "ab\u202e".repeat(40) }, WIDTH));
    expect(rows.join("").match(/\\u\{202e\}/g)).toHaveLength(40);
    for (const row of rows) expect(row.replaceAll("\\u{202e}", "")).not.toMatch(/[\\{}]/);
  });
});

describe("S-25 hostile shapes", () => {
  test("__proto__ is a key like any other", () => {
    const rows = rowsOf(fields('{"__proto__":{"polluted":true},"constructor":1}'));
    expect(rows.join("\n")).toContain("__proto__:   object of 1");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("500 levels stay within the width, and say how deep they are", () => {
    const rows = fields(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`).lines;
    for (const row of rows) expect(displayWidth(textOf(row))).toBeLessThanOrEqual(WIDTH);
    expect(textOf(rows.at(-1)!)).toContain("[499] a: 1");
  });

  test("50,000 keys are 50,000 rows", () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, at]));
    expect(fieldLines(many, WIDTH).lines).toHaveLength(50_000);
  });

  test("a key of a megabyte and lone surrogates are shown, not thrown at", () => {
    const rows = rowsOf(fieldLines({ ["k".repeat(1_000_000)]: "\ud800" }, WIDTH));
    expect(rows.at(-1)).toContain("\\u{d800}");
  });
});

describe("changes", () => {
  test("show what went and what came, with equal rows around them counted", () => {
    const before = JSON.stringify({ text: Array.from({ length: 20 }, (_, at) => `l${at}`).join("\n"), n: 1 });
    const after = before.replace('"n":1', '"n":2');
    const rows = rowsOf(differenceLines(readJson(before), readJson(after), WIDTH));
    expect(rows).toContain("┊ - n:    1");
    expect(rows).toContain("┊ + n:    2");
    expect(rows[0]).toMatch(/equal lines⟩/);
    expect(rows.length).toBeLessThan(8);
  });

  test("of two large texts that share nothing are all of the one and all of the other", () => {
    const big = (word: string) =>
      JSON.stringify({ t: Array.from({ length: 5_000 }, (_, at) => `${word}${at}`).join("\n") });
    expect(
      differenceLines(readJson(big("a")), readJson(big("b")), WIDTH).lines.length,
    ).toBeGreaterThanOrEqual(10_000);
  });
});
