import { expect, test } from "vitest";
import { compileRegex } from "#regex";

const free = () => undefined;

test.for([
  ["abc", "xabcx", true],
  ["^abc$", "xabc", false],
  ["^a.c$", "abc", true],
  ["^a.c$", "a\nc", false],
  ["(?s)^a.c$", "a\nc", true],
  ["^(a|b)*c$", "ababc", true],
  ["^(a|b)*c$", "abd", false],
  ["a+?b", "aab", true],
  ["^a{2,3}$", "aaa", true],
  ["^a{2,3}$", "aaaa", false],
  ["^a{2}$", "a", false],
  ["^a{2,}$", "aaaaa", true],
  ["a{x", "a{x", true],
  ["^[a-c]+$", "abcabc", true],
  ["^[^a-c]+$", "xyz", true],
  ["^[^a-c]+$", "xbz", false],
  ["[]a]", "]", true],
  ["[a-]", "-", true],
  ["[\\]-]", "]", true],
  ["^\\d{4}-\\d\\d$", "2026-05", true],
  ["^\\w+\\s\\w+$", "hello world", true],
  ["\\bcat\\b", "a cat sat", true],
  ["\\bcat\\b", "concat", false],
  ["\\Bcat", "concat", true],
  ["\\.env$", ".env", true],
  ["\\.env$", "xenv", false],
  ["(?i)SECRET", "my secret", true],
  ["(?i:a)b", "Ab", true],
  ["(?i:a)b", "AB", false],
  ["(?P<name>x)y", "xy", true],
  ["(?m)^b$", "a\nb\nc", true],
  ["^b$", "a\nb\nc", false],
  ["\\pL+", "é", true],
  ["^\\p{Greek}+$", "αβ", true],
  ["^[\\p{Lu}]$", "é", false],
  ["^\\p{^Greek}+$", "αβ", false],
  ["^\\P{Greek}+$", "ab", true],
  ["^.$", "😀", true],
  ["\\x41", "A", true],
  ["\\x{1F600}", "😀", true],
  ["", "anything", true],
  ["a||b", "", true],
  ["^(a*)*$", "aaaa", true],
  ["^(|a)+$", "aa", true],
  ["\\/", "/", true],
  ["a\\z", "ba", true],
] as const)("the expression %j against %j: %s", ([source, text, expected]) => {
  expect(compileRegex(source).test(text, free)).toBe(expected);
});

test.for([
  ["(a", "a ( is never closed"],
  ["a)", "a ) was never opened"],
  ["[a", "a [ is never closed"],
  ["*a", "nothing to repeat before *"],
  ["a\\", "ends in the middle of an escape"],
  ["(?=a)", "no lookaround"],
  ["(?<!a)b", "no lookaround"],
  ["(a)\\1", "no backreferences"],
  ["a{1001}", "cannot repeat {1001}"],
  ["a{3,2}", "cannot repeat {3,2}"],
  ["((a{100}){100}){100}", "too large"],
  ["[[:alpha:]]", "are not supported"],
  ["\\q", "means nothing here"],
  ["[b-a]", "is no class of characters"],
  ["\\p{Klingon}", "is no class of characters"],
] as const)("the expression %j is refused: %s", ([source, message]) => {
  expect(() => compileRegex(source)).toThrow(message);
});

test.for([
  ["(((((){1000}){1000}){1000}){1000}){1000}", "too large"],
  ["(".repeat(300) + ")".repeat(300), "nested deeper"],
  ["a".repeat(20_000), "longer than"],
])("an expression that is all work and no use is refused: %# [S-72]", ([source, message]) => {
  expect(() => compileRegex(source!)).toThrow(message);
});

test.for([
  ["^\\u0041\\x42\\u{43}$", "ABC", true],
  ["^\\s$", "\u00a0", true],
  ["^[^]$", "\n", true],
  ["^[]$", "a", false],
  ["^.$", "\r", false],
  ["^\\p{Script=Greek}+$", "αβ", true],
  ["^\\p{L}[\\w\\-]+$", "é-a", true],
  ["^[a-z0-9-]+(?:\\/[a-z]+)*$", "a-1/b", true],
  ["^(?<year>\\d{4})$", "2026", true],
] as const)("an expression of a JSON Schema %j against %j: %s", ([source, text, expected]) => {
  expect(compileRegex(source, "ecma").test(text, free)).toBe(expected);
  expect(new RegExp(source, "u").test(text)).toBe(expected);
});

test.for(["(?=a)", "(?!a)", "(?<=a)b", "(a)\\1", "(?<n>a)\\k<n>", "\\A"])(
  "an expression of a JSON Schema that needs more than one pass is refused: %j",
  (source) => {
    expect(() => compileRegex(source, "ecma")).toThrow();
  },
);

test.for(["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])(
  "the work for %s grows with the text, not beyond",
  (source) => {
    const steps = (length: number) => {
      let sum = 0;
      compileRegex(source).test("a".repeat(length), (spent) => {
        sum += spent;
      });
      return sum;
    };
    expect(steps(8_000)).toBeLessThan(steps(4_000) * 2.1);
  },
);

test("the same texts match as with the engine's own expressions, over many short ones", () => {
  const parts = [
    "a",
    "b",
    ".",
    "a*",
    "b+",
    "a?",
    "(ab)",
    "(a|b)",
    "[ab]",
    "[^a]",
    "^",
    "$",
    "(a|b)*",
    "a{2}",
    "\\b",
  ];
  const texts = ["", "a", "b", "ab", "ba", "aab", "abb", "bab", "aa bb", "c"];
  for (const one of parts)
    for (const two of parts)
      for (const three of ["", "a", "(a|b)*", "$", "\\b"]) {
        const source = one + two + three;
        const [mine, theirs] = [compileRegex(source), new RegExp(source)];
        for (const text of texts)
          expect([source, text, mine.test(text, free)]).toEqual([source, text, theirs.test(text)]);
      }
});
