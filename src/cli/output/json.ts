import { type Json, writeJson } from "#base";

// JSON allows these inside strings as they are; a terminal that a person sends them to does not.
const UNSAFE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** A value as one JSON document, its numbers as their source has them, nothing in it that acts on a terminal. */
export function jsonText(value: Json, indent = 2): string {
  return writeJson(value, indent).replace(UNSAFE, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
