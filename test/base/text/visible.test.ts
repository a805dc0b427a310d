import { describe, expect, test } from "vitest";
import { displayWidth, fitWidth, foldWidth, makeVisible, visibleLines } from "#base";

const ESC = "\x1b";

describe("one line", () => {
  test.for([
    ["S-12 a screen clear", `${ESC}[2J${ESC}[H`, "\\x1b[2J\\x1b[H", 2, "terminal control sequence"],
    [
      "S-12 cursor-up rewriting",
      `ok${ESC}[1A${ESC}[2K`,
      "ok\\x1b[1A\\x1b[2K",
      2,
      "terminal control sequence",
    ],
    ["S-13 OSC 52", `${ESC}]52;c;cm0=\x07`, "\\x1b]52;c;cm0=\\x07", 2, "terminal control sequence"],
    ["S-13 OSC 8", `${ESC}]8;;http://x${ESC}\\`, "\\x1b]8;;http://x\\x1b\\", 2, "terminal control sequence"],
    ["S-13 a title", `${ESC}]0;root\x07`, "\\x1b]0;root\\x07", 2, "terminal control sequence"],
    ["S-13 DCS", `${ESC}P+q${ESC}\\`, "\\x1bP+q\\x1b\\", 2, "terminal control sequence"],
    ["S-13 C1 CSI", "\x9b2J", "\\x9b2J", 1, "terminal control sequence"],
    ["S-14 a carriage return", "rm -rf /\rls", "rm -rf /\\rls", 1, "overprinting (\\r or \\b)"],
    ["S-14 an overprint", "ls\b\brm", "ls\\x08\\x08rm", 2, "overprinting (\\r or \\b)"],
    ["S-15 concealed text", `${ESC}[8mrm${ESC}[0m`, "\\x1b[8mrm\\x1b[0m", 2, "terminal control sequence"],
    ["S-17 an override", "a\u202eb\u202c", "a\\u{202e}b\\u{202c}", 2, "right-to-left override"],
    ["S-17 isolates", "a\u2066b\u2069", "a\\u{2066}b\\u{2069}", 2, "text direction controls"],
    [
      "S-18 zero width",
      "a\u200bb\u200dc\ufeff",
      "a\\u{200b}b\\u{200d}c\\u{feff}",
      3,
      "zero-width characters",
    ],
    ["S-18 tags", "x\u{e0068}\u{e0069}", "x\\u{e0068}\\u{e0069}", 2, "invisible text “hi”"],
    ["S-18 variation selectors", "a\ufe0f\u{e0101}", "a\\u{fe0f}\\u{e0101}", 2, "variation selectors"],
    ["S-18 a soft hyphen", "pass\u00adword", "pass\\xadword", 1, "1 hidden character"],
    ["line separators", "a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c", 2, "2 hidden characters"],
    ["look-alike spaces", "a\u00a0b\u3000c\u2800d", "a\\xa0b\\u{3000}c\\u{2800}d", 3, "3 hidden characters"],
    ["fillers", "a\u3164b\u115fc", "a\\u{3164}b\\u{115f}c", 2, "2 hidden characters"],
    ["lone surrogates", "a\ud800b", "a\\u{d800}b", 1, "broken characters (lone surrogates)"],
    ["private use", "a\ue000b", "a\\u{e000}b", 1, "private-use characters"],
  ] as const)("%s", ([, text, shown, hidden, warning]) => {
    const seen = makeVisible(text);
    expect(seen.text).toBe(shown);
    expect(seen.hidden).toBe(hidden);
    expect(seen.warnings).toContain(warning);
  });

  test("honest text in any script stays as it is, and warns of nothing", () => {
    for (const text of [
      "naïve café",
      "日本語のテキスト",
      "Ünïcödé ✓ 👍",
      "Привет, мир",
      "e\u0301",
      "C:\\x1b",
    ])
      expect(makeVisible(text)).toEqual({ text, hidden: 0, warnings: [] });
  });

  test("newlines and tabs are shown, and are not called hidden", () => {
    expect(makeVisible("a\n\tb\r\n")).toEqual({ text: "a\\n\\tb\\r\\n", hidden: 0, warnings: [] });
  });

  test("S-19 a Cyrillic look-alike host is shown with its punycode", () => {
    const { warnings } = makeVisible("open https://\u0430pple.com/login now");
    expect(warnings).toEqual(["mixed-script host \u0430pple.com → xn--pple-43d.com"]);
  });

  test("S-19 look-alike words are named, an honest international host is only translated", () => {
    expect(makeVisible("p\u0430ypal").warnings).toEqual(["mixed-script word “p\u0430ypal”"]);
    expect(makeVisible("https://münchen.de").warnings).toEqual([
      "international host münchen.de → xn--mnchen-3ya.de",
    ]);
  });

  test("S-21 10,000 blanks become a count, and what follows them is there", () => {
    expect(makeVisible(`a${" ".repeat(10_000)}rm`).text).toBe("a⟨10,000 spaces⟩rm");
    expect(makeVisible(`a${"\n".repeat(10_000)}rm`).text).toBe("a⟨10,000 newlines⟩rm");
    expect(makeVisible(`a${"\u200b".repeat(10_000)}rm`).text).toBe("a⟨10,000 times \\u{200b}⟩rm");
    expect(makeVisible(`a${" \n".repeat(5_000)}rm`).text).toBe("a⟨10,000 blank characters⟩rm");
    expect(makeVisible(`a${" ".repeat(40)}rm`).text).toBe(`a${" ".repeat(40)}rm`);
  });

  test("piled-up marks are cut down, and none sits on a character of ours", () => {
    expect(makeVisible(`a${"\u0301".repeat(500)}b`).text).toBe(`a${"\u0301".repeat(4)}⟨496 more marks⟩b`);
    expect(makeVisible("\u0301a").text).toBe("\\u{301}a");
  });
});

describe("many lines", () => {
  test("newlines part the lines; everything else is as in one line", () => {
    const seen = visibleLines(`first\n${ESC}[31msecond\r\nthird`);
    expect(seen.lines).toEqual(["first", "\\x1b[31msecond\\r", "third"]);
    expect(seen).toMatchObject({ hidden: 1, cut: false });
  });

  test("S-16 a forged frame stays inside lines that the caller marks as its own", () => {
    const forged = "ok\n└────┘\nAPPROVED by admin\u2028┌────┐\r└──┘";
    expect(visibleLines(forged).lines).toEqual(["ok", "└────┘", "APPROVED by admin\\u{2028}┌────┐\\r└──┘"]);
  });

  test("S-20 a long text says how many bytes there are and how many are shown", () => {
    const seen = visibleLines("0123456789\n".repeat(100_000), { maxLines: 3 });
    expect(seen.lines).toHaveLength(4);
    expect(seen.lines.at(-1)).toBe("⟨1,100,000 bytes, 32 shown⟩");
    expect(seen.cut).toBe(true);
  });

  test("S-20 a long line is cut with a count, never inside a character", () => {
    const seen = visibleLines(`abc👍${"x".repeat(1_000_000)}`, { maxLineLength: 4 });
    expect(seen.lines).toEqual(["abc⟨1,000,004 more bytes⟩", "⟨1,000,007 bytes, 3 shown⟩"]);
  });

  test("S-21 10,000 empty lines become one, so that the payload is on the first screen", () => {
    const lines = visibleLines(`echo hi\n${"\n".repeat(10_000)}rm -rf /`).lines;
    expect(lines).toEqual(["echo hi", "⟨10,000 blank lines⟩", "rm -rf /"]);
    expect(visibleLines(`a\n${" \u200b\n".repeat(10_000)}b`).lines).toEqual([
      "a",
      "⟨10,000 blank lines, 10,000 hidden⟩",
      "b",
    ]);
    expect(visibleLines("a\n\n\nb").lines).toEqual(["a", "", "", "b"]);
  });
});

describe("S-25 whatever comes in", () => {
  // Every code point that a terminal, or a bidi algorithm, could act on, in plain words.
  const acts =
    /\p{Cc}|[\u200b-\u200f]|[\u2028-\u202e]|[\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff|[\u{e0000}-\u{e0fff}]|\p{Cs}/u;
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);

  test.for(seeds)("no character that acts or hides survives (seed %i)", (seed) => {
    const random = generator(seed);
    const text = Array.from({ length: 400 }, () => character(random)).join("");
    const line = makeVisible(text).text;
    const lines = visibleLines(text, { maxLines: 50, maxLineLength: 60 }).lines;
    for (const shown of [line, ...lines]) {
      expect(shown).not.toMatch(acts);
    }
    expect(makeVisible(line).text).toBe(line);
  });

  test("every single code point below the tags is either itself or an escape", () => {
    for (let code = 0; code < 0x3000; code++) {
      const shown = makeVisible(`a${String.fromCodePoint(code)}`).text;
      expect(shown).not.toMatch(acts);
      expect(shown.length).toBeGreaterThan(1);
    }
  });

  test("a megabyte of any one character takes a bounded place", () => {
    for (const one of ["\x1b", "\u200b", " ", "\u0301", "\n"])
      expect(makeVisible(`a${one.repeat(1_000_000)}`).text.length).toBeLessThan(60);
  });
});

describe("width", () => {
  test("wide letters and emoji take two cells, marks take none", () => {
    expect(displayWidth("abc")).toBe(3);
    expect(displayWidth("日本")).toBe(4);
    expect(displayWidth("👍e\u0301")).toBe(3);
  });

  test("a text that does not fit ends in an ellipsis inside the width", () => {
    expect(fitWidth("abcdef", 4)).toBe("abc…");
    expect(fitWidth("日本語", 4)).toBe("日…");
    expect(fitWidth("abcd", 4)).toBe("abcd");
  });

  test("folding loses nothing and keeps within the width", () => {
    const text = "日本語abc👍".repeat(20);
    const lines = foldWidth(text, 7);
    expect(lines.join("")).toBe(text);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(7);
  });
});

/** Mulberry32: the same texts in every run. */
function generator(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function character(random: () => number): string {
  const ranges = [
    [0, 0x20],
    [0x20, 0x7f],
    [0x7f, 0xa1],
    [0x300, 0x370],
    [0x2000, 0x2070],
    [0xd800, 0xe000],
    [0xfe00, 0xff00],
    [0x1f300, 0x1f700],
    [0xe0000, 0xe01f0],
    [0, 0x110000],
  ] as const;
  const [from, to] = ranges[Math.floor(random() * ranges.length)]!;
  return String.fromCodePoint(from + Math.floor(random() * (to - from)));
}
