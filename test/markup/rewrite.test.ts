import { expect, test } from "vitest";
import { markdownOfAdf, markdownOfWiki, rewriteAdf, rewriteWiki } from "#markup";
import { adfFaults } from "./support/adf-schema.ts";

const paragraph = (text: string, ...marks: object[]) => ({
  type: "paragraph",
  content: [{ type: "text", text, ...(marks.length > 0 ? { marks } : {}) }],
});
const red = { type: "textColor", attrs: { color: "#ff0000" } };
const attached = {
  type: "mediaSingle",
  attrs: { layout: "center" },
  content: [{ type: "media", attrs: { type: "file", id: "f1", collection: "c", alt: "shot.png" } }],
};
const task = {
  type: "taskList",
  attrs: { localId: "task-1" },
  content: [
    {
      type: "taskItem",
      attrs: { localId: "task-2", state: "TODO" },
      content: [{ type: "text", text: "do" }],
    },
  ],
};
const original = {
  version: 1,
  type: "doc",
  content: [paragraph("one"), paragraph("red", red), attached, task],
};
const markdown = markdownOfAdf(original).markdown;

test("what the new text leaves word for word stays as it was, even elsewhere", () => {
  expect(rewriteAdf(original, markdown, "x")).toEqual(original);
  const [one, two, three, four] = markdown.split("\n\n");
  const moved = rewriteAdf(
    original,
    [three, "new", "- [ ] more", two, `${one} changed`, four].join("\n\n"),
    "x",
  );
  expect(moved.content).toEqual([
    attached,
    paragraph("new"),
    {
      type: "taskList",
      attrs: { localId: "task-3" },
      content: [
        {
          type: "taskItem",
          attrs: { localId: "task-4", state: "TODO" },
          content: [{ type: "text", text: "more" }],
        },
      ],
    },
    paragraph("red", red),
    paragraph("one changed"),
    task,
  ]);
  expect(adfFaults(moved)).toBeUndefined();
});

test("a new text that would lose something is refused, naming it", () => {
  expect(() => rewriteAdf(original, markdown.replace("red", "blue"), "the description of ABC-1")).toThrow(
    "the description of ABC-1 holds what Markdown cannot say, and the new text would lose it: a text's colour at “red”",
  );
  expect(() => rewriteAdf(original, "all new", "x")).toThrow("an attached file “shot.png”");
  expect(() => rewriteAdf(original, "all new", "x")).toThrow(
    expect.objectContaining({ code: "field_refused" }),
  );
});

test("a text without losses may be replaced whole", () => {
  const plain = { version: 1, type: "doc", content: [paragraph("one"), paragraph("two")] };
  expect(rewriteAdf(plain, "three", "x").content).toEqual([paragraph("three")]);
  expect(rewriteAdf(null, "three", "x").content).toEqual([paragraph("three")]);
});

test("wiki markup is kept in the same way", () => {
  const wiki =
    "h1. Top\nplain *text*\n\n{color:red}hot{color}\n{panel:title=A|bgColor=#fff}\nin\n{panel}\n* item";
  const read = markdownOfWiki(wiki).markdown;
  expect(rewriteWiki(wiki, read.replace("plain", "simple"), "x")).toBe(
    "h1. Top\n\nsimple *text*\n\n{color:red}hot{color}\n\n{panel:title=A|bgColor=#fff}\nin\n{panel}\n\n* item",
  );
  expect(() => rewriteWiki(wiki, read.replace("hot", "cold"), "x")).toThrow("a text's colour");
  expect(() => rewriteWiki(wiki, read.replace("in\n", "out\n"), "x")).toThrow("a panel's looks");
});
