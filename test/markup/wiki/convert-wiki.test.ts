import { expect, test } from "vitest";
import { markdownOfWiki, wikiOfMarkdown } from "#markup";
import { randomMarkdown } from "../support/random-markdown.ts";

const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 1) * 50;

test("Markdown as wiki markup comes back unchanged after one pass, with nothing lost", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const { markdown, losses } = markdownOfWiki(wikiOfMarkdown(randomMarkdown(seed)));
    expect(losses, `seed ${seed}`).toEqual([]);
    expect(markdownOfWiki(wikiOfMarkdown(markdown)).markdown, `seed ${seed}`).toBe(markdown);
  }
});

test.for([
  ["**bold** _em_ ~~gone~~ <u>under</u>", "*bold* _em_ -gone- +under+"],
  ["H<sub>2</sub>O and x<sup>2</sup> and un**believ**able", "H{~}2{~}O and x{^}2{^} and un{*}believ{*}able"],
  ["`a{b}c` and `{{x}}` and `--flag`", "{{a\\{b\\}c}} and {{\\{\\{x\\}\\}}} and {{\\-\\-flag}}"],
  ["[@mia](mention:mia) and [@accountid:5b10](mention:accountid:5b10)", "[~mia] and [~accountid:5b10]"],
  [
    '[site](https://x.y/a_b "tip") and <https://example.com/a_b>',
    "[site|https://x.y/a_b|tip] and [https://example.com/a_b]",
  ],
  ["[f.txt](attachment:f.txt) ![A shot](shot.png)", "[f.txt|^f.txt] !shot.png|alt=A shot!"],
  ["# One\n\n###### Six", "h1. One\n\nh6. Six"],
  ["- a\n  - b\n    1. c\n    2. d\n- e", "* a\n** b\n**# c\n**# d\n* e"],
  ["> quoted\n>\n> - list", "{quote}\nquoted\n\n* list\n{quote}"],
  ["> [!WARNING]\n> mind **this**", "{panel:title=Warning}\nmind *this*\n{panel}"],
  ["<details>\n<summary>More</summary>\n\nHidden\n\n</details>", "{panel:title=More}\nHidden\n{panel}"],
  [
    "| a | b |\n| - | - |\n| 1\\|2 | `x\\|y` |\n| line<br>line | |",
    "||a||b||\n|1\\|2|{{x\\|y}}|\n|line\\\\line| |",
  ],
  ["| | |\n| - | - |\n| no | header |", "|no|header|"],
  ["```ts\nconst a = {};\n\n\n```", "{code:ts}\nconst a = {};\n\n\n{code}"],
  ["```\n```", "{code}\n\n{code}"],
  ["```\na {code} b\n```", "{noformat}\na {code} b\n{noformat}"],
  ["- item\n\n  ```js\n  x\n  ```\n- next", "* item\n{code:js}\nx\n{code}\n* next"],
  ["one\\\ntwo", "one\ntwo"],
  ["file_name_x, 2\\*3 and C:\\path", "file_name_x, 2*3 and C:&#92;path"],
  [
    "f(x) {code} \\[\\~mia] (/) :) !bang! h1. a--b",
    "f\\(x) \\{code\\} \\[\\~mia\\] \\(/) \\:) \\!bang! h1. a\\-\\-b",
  ],
  ["h1. no\\\n\\* no\\\n\\- no\\\nbq. no\\\n\\# no", "h1&#46; no\n\\* no\n\\- no\nbq&#46; no\n\\# no"],
  ["שלום עולם, مرحبا 👩‍👩‍👧‍👦", "שלום עולם, مرحبا 👩‍👩‍👧‍👦"],
  ["---", "----"],
] as const)("%j is written as %j and reads back whole", ([markdown, wiki]) => {
  expect(wikiOfMarkdown(markdown)).toBe(wiki);
  expect(markdownOfWiki(wiki)).toEqual({ markdown, losses: [] });
});

test("code that holds both of its closing words goes line by line", () => {
  const wiki = wikiOfMarkdown("```\n{code}\n{noformat}\n```");
  expect(wiki).toBe("{{\\{code\\}}}\n{{\\{noformat\\}}}");
  expect(markdownOfWiki(wiki).markdown).toBe("`{code}`\\\n`{noformat}`");
});

test.for([
  ["windows line ends", "a\r\n\r\n* b\r\n* c", "a\n\n- b\n- c"],
  ["dashes for items", "- a\n- b", "- a\n- b"],
  ["a level left out", "** deep", "- - deep"],
  ["a quoted line", "bq. said", "> said"],
  ["emoticons", "done (/) not (x) but f(x) :)", "done ✅ not ❌ but f(x) 🙂"],
  ["dashes", "a -- b --- c, 2024-01-02", "a – b — c, 2024-01-02"],
  ["bare addresses", "see https://example.com/a_b_c.", "see <https://example.com/a_b_c>."],
  ["code in a line", "run {code:sh}ls -l{code} now", "run\n\n```sh\nls -l\n```\n\nnow"],
  ["braces at the end of code", "{{a}}} x", "`a}` x"],
  [
    "a cell with lines",
    "||k||v||\n|a|one\ntwo|\n|b|!x.png|width=3!|",
    "| k | v |\n| - | - |\n| a | one<br>two |\n| b | ![](x.png) |",
  ],
  ["an unclosed sign", "*not bold and _not em", "\\*not bold and \\_not em"],
  ["smart links", "[Page|https://x.y|smart-link]", "[Page](https://x.y)"],
] as const)("%s read as people mean them", ([, wiki, markdown]) => {
  expect(markdownOfWiki(wiki).markdown).toBe(markdown);
});

test.for([
  ["a colour", "{color:red}red{color} text", "red text", "a text's colour"],
  ["a macro", "see {jira:ABC-1} there", "see {jira:ABC-1} there", "a macro “{jira:ABC-1}”"],
  [
    "an unclosed macro",
    "{quote}\nnever ends",
    "{quote}\n\nnever ends",
    "a macro “{quote}” without its partner",
  ],
  [
    "a panel's colours",
    "{panel:title=Hi|bgColor=#fff}\nx\n{panel}",
    "<details>\n<summary>Hi</summary>\n\nx\n\n</details>",
    "a panel's looks",
  ],
  ["an image's size", "!a.png|thumbnail!", "![](a.png)", "an image's size"],
  ["a citation", "??Book??", "_Book_", "a citation"],
  ["a header column", "||h|c|", "| | |\n| - | - |\n| h | c |", "a table's header column"],
] as const)("%s is a loss", ([, wiki, markdown, what]) => {
  const read = markdownOfWiki(wiki);
  expect(read.markdown).toBe(markdown);
  expect(read.losses.map((loss) => loss.what)).toContain(what);
});

test("signs without partners cost no more than their number", () => {
  for (const sign of ["*a ", "_a ", "[a ", "{{a ", "{*}a ", "??a ", "!a.b ", "{code", "|a"])
    expect(markdownOfWiki(sign.repeat(2_000)).markdown.length, sign).toBeGreaterThan(2_000);
});
