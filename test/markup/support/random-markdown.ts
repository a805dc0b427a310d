/** Numbers in 0..1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS = [
  "crash",
  "file_name_x",
  "a*b*c",
  "2 < 3 && 4 > 1",
  "path\\to\\it",
  "**",
  "_",
  "{code}",
  "{{x}}",
  "[x]",
  "(/)",
  ":)",
  "snake_case_name",
  "h1. no",
  "# no",
  "- no",
  "1. no",
  "| pipe |",
  "~~",
  "~x~",
  "^up^",
  "+plus+",
  "-dash-",
  "--",
  "---",
  "שלום עולם",
  "مرحبا",
  "👩‍👩‍👧‍👦",
  "🎉",
  "é",
  "ﬁ",
  "&amp;",
  "&#92;",
  "<b>",
  "</b>",
  "<!-- c -->",
  "`tick",
  "!bang!",
  "??q??",
  "https://example.com/a_b?c=d&e=(f)",
  "www.example.com",
  "me@example.com",
  "@mia",
  "ABC-1",
  "\\",
  "a  b",
  "!",
  "#",
  "bq. q",
  "{color:red}",
  "{panel}",
  "[~mia]",
  "[a|b]",
  "\u00a0",
  "end.",
  "(x)",
  "*",
  "http://x_y_z",
  "it's",
  '"q"',
  "=",
  "==",
  "+",
  "> no",
  "[^1]",
] as const;

/** Markdown as people and models write it, and worse: nested, broken, full of other dialects' signs. */
export function randomMarkdown(seed: number): string {
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const many = <T>(max: number, make: () => T): T[] => Array.from({ length: 1 + below(max) }, make);

  const word = () => pick(WORDS);
  const words = (): string => many(4, word).join(pick([" ", " ", " ", ""]));
  const inline = (depth = 0): string => {
    if (depth > 2) return words();
    const inner = () => inline(depth + 1);
    return pick<() => string>([
      words,
      words,
      words,
      () => `**${inner()}**`,
      () => `_${inner()}_`,
      () => `*${inner()}*`,
      () => `~~${inner()}~~`,
      () => `\`${pick(["x", "a{b}c", "{{y}}", "a | b", "{code}", "*x*", "\\", " "])}\``,
      () =>
        `[${inner()}](${pick(["https://x.y/z", "rel/path", "#top", "mention:5b10:a", "date:1767225600000", "status:blue", "a|b", "<a b>", "attachment:f.txt", "javascript:x"])}${pick(["", "", ' "tip"'])})`,
      () => `![${words()}](${pick(["https://x.y/z.png", "shot.png"])})`,
      () => `<u>${inner()}</u>`,
      () => `x<sub>${inner()}</sub>`,
      () => `<sup>${inner()}</sup>`,
    ])();
  };
  const line = () => many(3, () => inline()).join(pick([" ", " ", ""]));
  const prefixed = (text: string, first: string, rest: string) =>
    text
      .split("\n")
      .map((each, at) => (at === 0 ? first : rest) + each)
      .join("\n");
  const block = (depth: number): string => {
    const blocks = () => many(3, () => block(depth + 1)).join("\n\n");
    const simple: (() => string)[] = [
      line,
      line,
      line,
      () => `${line()}  \n${line()}`,
      () => `${line()}\n${line()}`,
      () => `${"#".repeat(1 + below(6))} ${line()}`,
      () =>
        `\`\`\`${pick(["", "js", "ts twoslash", "c++"])}\n${pick(["", "x", "{code}\ny\n{code}", "a\n\n  b\n", "{noformat}", "{code}{noformat}", "*x* | {{y}}"])}\n\`\`\``,
      () => "---",
      () => `| ${line()} | ${pick(["", "b"])} |\n| --- | :-: |\n| ${inline()}<br>${inline()} | |`,
      () => "|   |   |\n| - | - |\n| a | b |",
      () => `![${word()}](https://x.y/${below(9)}.png)`,
      () => `<div>${words()}</div>`,
      () => `[ref][r] ![img][r]\n\n[r]: https://r.r "t"`,
    ];
    const nested: (() => string)[] = [
      () => prefixed(blocks(), "> ", "> "),
      () =>
        prefixed(`[!${pick(["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"])}]\n${blocks()}`, "> ", "> "),
      () => many(4, () => prefixed(blocks(), "- ", "  ")).join("\n"),
      () => many(4, () => prefixed(line(), "* ", "  ")).join("\n"),
      () => many(4, () => prefixed(blocks(), `${pick([1, 1, 7])}. `, "   ")).join("\n"),
      () =>
        many(4, () => prefixed(pick([line(), block(depth + 1)]), `- [${pick([" ", "x"])}] `, "  ")).join(
          "\n",
        ),
      () => many(3, () => `- [ ] ${line()}\n  - [x] ${line()}`).join("\n"),
      () => `<details>\n<summary>${pick(["More", "a &amp; b", ""])}</summary>\n\n${blocks()}\n\n</details>`,
    ];
    return pick(depth > 2 ? simple : [...simple, ...nested])();
  };
  return many(6, () => block(0)).join("\n\n");
}
