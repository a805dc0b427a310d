import { describe, expect, test } from "vitest";
import { createKeyReader } from "../../../src/tui/terminal/keys.ts";

const names = (...chunks: readonly string[]) => {
  const reader = createKeyReader();
  return chunks.map((chunk) => reader.push(chunk).map(({ name, isAlone }) => (isAlone ? name : `${name}+`)));
};

describe("a key reader", () => {
  test("knows a key that came alone from keys that came together", () => {
    expect(names("a", "yyy\r", "\x1b[B", "\x1b[Ba")).toEqual([
      ["a"],
      ["y+", "y+", "y+", "enter+"],
      ["down"],
      ["down+", "a+"],
    ]);
  });

  test("names the keys of both cursor modes, and controls", () => {
    expect(names("\x1bOA", "\x1b[H", "\x1b[6~", "\x1b[Z", "\t", "\x7f", "\x03", "\x1a", "\x1b")).toEqual([
      ["up"],
      ["home"],
      ["page-down"],
      ["shift-tab"],
      ["tab"],
      ["backspace"],
      ["ctrl-c"],
      ["ctrl-z"],
      ["escape"],
    ]);
  });

  test("puts a sequence together that was parted between two reads", () => {
    expect(names("\x1b[", "B")).toEqual([[], ["down"]]);
    expect(names("\x1b[1;5", "C", "a")).toEqual([[], [], ["a"]]);
  });

  test("takes a paste as one text, whatever is in it and however it is parted", () => {
    const reader = createKeyReader();
    expect(reader.push("\x1b[200~a\rb")).toEqual([]);
    expect(reader.push("\x1b[A\x1b[201~")).toEqual([{ name: "paste", text: "a\rb\x1b[A", isAlone: true }]);
    expect(reader.push("x")).toEqual([{ name: "x", text: "x", isAlone: true }]);
  });

  test("makes nothing of Alt, function keys and answers of the terminal", () => {
    expect(names("\x1ba", "\x1b[15~", "\x1b[24;80R", "\x1b[?1;2c")).toEqual([[], [], [], []]);
  });

  test("keeps characters outside the basic plane whole", () => {
    expect(names("👍", "é")).toEqual([["👍"], ["é"]]);
  });
});
