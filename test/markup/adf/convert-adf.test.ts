import { expect, test } from "vitest";
import { adfOfMarkdown, markdownOfAdf } from "#markup";
import { adfFaults } from "../support/adf-schema.ts";
import { randomMarkdown } from "../support/random-markdown.ts";

const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 1) * 50;

test("Markdown as ADF is valid, the same each time, and comes back unchanged after one pass", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const adf = adfOfMarkdown(randomMarkdown(seed));
    expect(adfFaults(adf), `seed ${seed}`).toBeUndefined();
    expect(adfOfMarkdown(randomMarkdown(seed)), `seed ${seed}`).toEqual(adf);
    const { markdown, losses } = markdownOfAdf(adf);
    expect(losses, `seed ${seed}`).toEqual([]);
    expect(markdownOfAdf(adfOfMarkdown(markdown)).markdown, `seed ${seed}`).toBe(markdown);
  }
});

test.for([
  ["a heading in a quote", "> # Big\n>\n> small"],
  ["a table in a list", "- a\n\n  | x | y |\n  | - | - |\n  | 1 | 2 |"],
  ["a quote in a quote", "> a\n>\n> > b"],
  ["tasks in tasks", "- [ ] a\n  - [x] b\n    - [ ] c"],
  ["tasks in a quote", "> - [ ] a"],
  ["tasks with more than a line", "- [ ] a\n\n  ```\n  code\n  ```"],
  ["an empty code block", "```\n```"],
  ["an empty item", "-\n- a"],
  ["an empty quote", ">"],
  ["nothing", ""],
  ["a table without rows", "| a |\n| - |"],
  ["bold code", "**`x`**"],
  ["an image in a line", "see ![shot](https://x.y/a.png) here"],
  ["a script for a link", "[x](javascript:alert(1))"],
  ["footnotes", "a[^1]\n\n[^1]: note"],
  ["panels in panels", "> [!NOTE]\n> a\n>\n> > [!WARNING]\n> > b"],
] as const)("%s becomes valid ADF", ([, markdown]) => {
  const adf = adfOfMarkdown(markdown);
  expect(adfFaults(adf)).toBeUndefined();
  const { markdown: once } = markdownOfAdf(adf);
  expect(markdownOfAdf(adfOfMarkdown(once)).markdown).toBe(once);
});

test.for([
  "**bold** _em_ ~~gone~~ `a{b}c` <u>under</u> H<sub>2</sub>O x<sup>2</sup>",
  "[@Mia](mention:557058:f58131cb) at [2026-01-01](date:1767225600000) is [IN REVIEW](status:blue)",
  '[site](https://x.y "tip") and <https://example.com/a_b>',
  "# One\n\n###### Six",
  "- a\n  - b\n    1. c\n    2. d\n- e",
  "7. seven\n8. eight",
  "- [ ] open\n- [x] done\n  - [ ] below",
  "> quoted\n>\n> - list",
  "> [!WARNING]\n> mind **this**",
  "<details>\n<summary>More &amp; more</summary>\n\nHidden\n\n</details>",
  "| a | b |\n| - | - |\n| 1\\|2 | `x\\|y` |\n| line<br>line | |",
  "| | |\n| - | - |\n| no | header |",
  '```ts\nconst a = "{code}";\n\n\n```',
  "![shot](https://x.y/a.png)",
  "---",
  "one\\\ntwo",
  "שלום עולם, مرحبا 👩‍👩‍👧‍👦 \u202eabc",
])("%j goes to ADF and back whole", (markdown) => {
  const back = markdownOfAdf(adfOfMarkdown(markdown));
  expect(back).toEqual({ markdown, losses: [] });
});

const doc = (...content: object[]) => ({ version: 1, type: "doc", content });
const paragraph = (...content: object[]) => ({ type: "paragraph", content });

test("a node that nobody expected becomes its words, with a marker, and is a loss", () => {
  const read = markdownOfAdf(
    doc(
      paragraph({ type: "text", text: "before" }),
      { type: "hologram", attrs: { x: 1 }, content: [paragraph({ type: "text", text: "inside" })] },
      {
        type: "bodiedExtension",
        attrs: { extensionKey: "chart" },
        content: [paragraph({ type: "text", text: "pie" })],
      },
      paragraph(
        { type: "sparkle", content: [{ type: "text", text: "in line" }] },
        { type: "text", text: "!" },
      ),
    ),
  );
  expect(read.markdown).toBe(
    [
      "before",
      "\\[unsupported: hologram]",
      "inside",
      "\\[unsupported: bodiedExtension chart]",
      "pie",
      "\\[unsupported: sparkle] in line!",
    ].join("\n\n"),
  );
  expect(read.losses.map(({ what }) => what)).toEqual([
    "a block “hologram”",
    "a block “bodiedExtension chart”",
    "a part “sparkle”",
  ]);
});

test.for([
  [
    "colour",
    doc(paragraph({ type: "text", text: "red", marks: [{ type: "textColor", attrs: { color: "#f00" } }] })),
    "a text's colour",
  ],
  [
    "an inline comment",
    doc(
      paragraph({
        type: "text",
        text: "x",
        marks: [{ type: "annotation", attrs: { id: "1", annotationType: "inlineComment" } }],
      }),
    ),
    "an inline comment",
  ],
  [
    "an attachment",
    doc({
      type: "mediaSingle",
      attrs: { layout: "center" },
      content: [{ type: "media", attrs: { type: "file", id: "f1", collection: "", alt: "a.png" } }],
    }),
    "an attached file “a.png”",
  ],
  [
    "merged cells",
    doc({
      type: "table",
      content: [
        {
          type: "tableRow",
          content: [
            {
              type: "tableCell",
              attrs: { colspan: 2 },
              content: [paragraph({ type: "text", text: "wide" })],
            },
          ],
        },
      ],
    }),
    "merged cells",
  ],
  [
    "columns",
    doc({
      type: "layoutSection",
      content: [
        { type: "layoutColumn", attrs: { width: 50 }, content: [paragraph({ type: "text", text: "left" })] },
      ],
    }),
    "columns",
  ],
  [
    "an own emoji",
    doc(paragraph({ type: "emoji", attrs: { shortName: ":parrot:", id: "x" } })),
    "an emoji of the site",
  ],
] as const)("%s is a loss", ([, document, what]) => {
  expect(markdownOfAdf(document).losses.map((loss) => loss.what)).toContain(what);
});

test("what is no document at all reads as nothing", () => {
  for (const document of [null, undefined, 7, "text", [], {}, { content: [null, 7, {}, { type: 7 }] }])
    expect(markdownOfAdf(document)).toEqual({ markdown: "", losses: [] });
});

test("nesting without end neither overflows nor takes long", () => {
  let node: object = paragraph({ type: "text", text: "deep" });
  for (let depth = 0; depth < 3000; depth++) node = { type: "blockquote", content: [node] };
  const read = markdownOfAdf(doc(node));
  expect(read.markdown).toContain("deep");
  expect(read.losses.map(({ what }) => what)).toContain("very deep nesting");
  expect(adfFaults(adfOfMarkdown(`${">".repeat(20_000)} deep`))).toBeUndefined();
});

test("tags that never close stay text, and cost no square of their number", () => {
  const text = `${"<u>".repeat(120_000)}x`;
  expect(adfOfMarkdown(text)).toMatchObject({ content: [{ content: [{ type: "text", text }] }] });
});
