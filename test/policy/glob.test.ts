import { expect, test } from "vitest";
import { compileGlob, covers, overlap } from "../../src/policy/glob.ts";

test.for([
  ["files__read", "files__read", true],
  ["files__read", "files__reads", false],
  ["files__*", "files__read", true],
  ["files__*", "files__", true],
  ["files__*", "xfiles__read", false],
  ["*__deploy*", "web__deploy_now", true],
  ["*__deploy*", "web__undeploy", false],
  ["*", "", true],
  ["*", "any\nthing", true],
  ["a*b*c", "a__b__b__c", true],
  ["a*b*c", "a__c__b", false],
  ["?", "é", true],
  ["?", "😀", true],
  ["?", "ab", false],
  ["f?les", "files", true],
  ["a.b", "axb", false],
  ["[ab]", "a", false],
  ["[ab]", "[ab]", true],
  ["FILES__*", "files__x", false],
  ["", "x", false],
] as const)("the glob %j against %j: %s", ([glob, text, expected]) => {
  expect(compileGlob(glob).matches(text)).toBe(expected);
});

test("a glob of many stars takes no longer than its length times the text's", () => {
  const glob = compileGlob(`${"*a".repeat(200)}*b`);
  expect(glob.matches("a".repeat(20_000))).toBe(false);
});

test.for([
  ["*", "files__*", true],
  ["files__*", "files__read_*", true],
  ["files__*", "files__read", true],
  ["files__read", "files__*", false],
  ["files__*", "*", false],
  ["f*s__*", "files__*", true],
  ["?iles__*", "files__*", true],
  ["?iles__*", "*iles__*", false],
  ["*__a", "?__a", true],
  ["?", "?", true],
  ["?", "*", false],
  ["**", "*", true],
] as const)("the glob %j covers %j: %s", ([wide, narrow, expected]) => {
  expect(covers(wide, narrow)).toBe(expected);
});

test.for([
  ["files__*", "*__read", true],
  ["files__*", "web__*", false],
  ["*a", "b*", true],
  ["a*", "*b", true],
  ["?b", "a?", true],
  ["ab", "a", false],
  ["", "*", true],
  ["", "?", false],
  ["*", "", true],
  ["a*c", "ab", false],
  ["*x*", "*y*", true],
] as const)("the globs %j and %j have a text in common: %s", ([left, right, expected]) => {
  expect(overlap(left, right)).toBe(expected);
  expect(overlap(right, left)).toBe(expected);
});

test("what a glob covers it matches, over all short globs", () => {
  const letters = ["a", "b", "*", "?"];
  const globs = [
    "",
    ...letters,
    ...pairs(letters),
    ...pairs(letters).flatMap((pair) => letters.map((l) => pair + l)),
  ];
  const texts = [
    "",
    "a",
    "b",
    ...pairs(["a", "b"]),
    ...pairs(["a", "b"]).flatMap((pair) => [`${pair}a`, `${pair}b`]),
    "abab",
  ];
  for (const wide of globs) {
    const [wider, seen] = [compileGlob(wide), texts.filter((text) => compileGlob(wide).matches(text))];
    for (const narrow of globs) {
      const narrower = compileGlob(narrow);
      if (covers(wide, narrow))
        expect(texts.filter((text) => narrower.matches(text) && !wider.matches(text))).toEqual([]);
      if (seen.some((text) => narrower.matches(text))) expect(overlap(wide, narrow)).toBe(true);
    }
  }
});

function pairs(letters: readonly string[]): string[] {
  return letters.flatMap((a) => letters.map((b) => a + b));
}
