import { isJsonObject } from "#base";
import { type Marks, NO_MARKS, plain, type Style, type TextRun, withStyle } from "../blocks.ts";
import { writeScheme } from "../links.ts";
import type { AdfNode } from "./adf.ts";

/** Recorder of what Markdown cannot say, and of the node it stands at. */
export type Note = (what: string, at: AdfNode) => void;

const STYLE_OF: Readonly<Record<string, Style>> = {
  strong: "strong",
  em: "em",
  strike: "strike",
  underline: "underline",
  code: "code",
};

const LOST: Readonly<Record<string, string>> = {
  textColor: "a text's colour",
  backgroundColor: "a text's highlight",
  annotation: "an inline comment",
};

/** The runs of a line's nodes. */
export const runsOfAdf = (nodes: readonly AdfNode[], note: Note): TextRun[] =>
  nodes.flatMap((node) => runsOf(node, note));

function runsOf(node: AdfNode, note: Note): TextRun[] {
  const attr = (name: string) => {
    const value = node.attrs?.[name];
    return typeof value === "string" ? value : "";
  };
  switch (node.type) {
    case "text":
      return [{ type: "text", text: node.text ?? "", marks: marksOf(node, note) }];
    case "hardBreak":
      return [{ type: "break" }];
    case "mention": {
      const name = attr("text") || "someone";
      return [
        linked(name.startsWith("@") ? name : `@${name}`, writeScheme("mention", attr("id") || "unknown")),
      ];
    }
    case "emoji":
      if (attr("text") === "" || attr("text") === attr("shortName")) note("an emoji of the site", node);
      return [plain(attr("text") || attr("shortName"))];
    case "date":
      return [linked(dayOf(attr("timestamp")), writeScheme("date", attr("timestamp")))];
    case "status":
      return [linked(attr("text") || "status", writeScheme("status", attr("color") || "neutral"))];
    case "inlineCard":
      return card(node, note);
    case "placeholder":
      note("a placeholder", node);
      return [plain(attr("text"))];
    case "mediaInline":
      note(`an attached file “${attr("alt") || attr("id")}”`, node);
      return [linked(attr("alt") || "attachment", `attachment:${attr("id")}`)];
    default: {
      const name = [node.type, attr("extensionKey")].filter(Boolean).join(" ");
      note(`a part “${name}”`, node);
      return [plain(`[unsupported: ${name}] ${node.type === "text" ? "" : wordsOf(node, 10_000)}`)];
    }
  }
}

const linked = (text: string, href: string): TextRun => ({
  type: "text",
  text,
  marks: { styles: [], link: { href } },
});

/** The day a date node means, which holds milliseconds as text. */
function dayOf(timestamp: string): string {
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) || timestamp === ""
    ? timestamp || "date"
    : date.toISOString().slice(0, 10);
}

function card(node: AdfNode, note: Note): TextRun[] {
  const { url, data } = node.attrs ?? {};
  const inner = isJsonObject(data) ? data.url : undefined;
  const href = typeof url === "string" ? url : typeof inner === "string" ? inner : "";
  if (typeof url !== "string") note("a card", node);
  return href === "" ? [] : [linked(href, href)];
}

function marksOf(node: AdfNode, note: Note): Marks {
  let marks: Marks = NO_MARKS;
  for (const mark of node.marks ?? []) {
    const style = STYLE_OF[mark.type] ?? (mark.type === "subsup" ? subOrSup(mark.attrs?.type) : undefined);
    const href = mark.attrs?.href;
    const title = mark.attrs?.title;
    if (style) marks = withStyle(marks, style);
    else if (mark.type === "link" && typeof href === "string" && href !== "")
      marks = { ...marks, link: { href, ...(typeof title === "string" && title !== "" && { title }) } };
    else if (mark.type !== "link") note(LOST[mark.type] ?? `a style “${mark.type}”`, node);
  }
  return marks;
}

const subOrSup = (type: unknown): Style => (type === "sup" ? "sup" : "sub");

/** The words in a node and all below it, walked without recursion, cut at a length. */
export function wordsOf(node: AdfNode, maxLength = 60): string {
  const words: string[] = [];
  let length = 0;
  for (const stack: AdfNode[] = [node]; stack.length > 0 && length < maxLength; ) {
    const next = stack.pop()!;
    const { text, shortName, title, alt } = (next.attrs ?? {}) as Record<string, unknown>;
    const word =
      next.text ?? [text, shortName, title, alt].find((each) => typeof each === "string" && each !== "");
    if (typeof word === "string") {
      words.push(word);
      length += word.length + 1;
    }
    if (Array.isArray(next.content)) stack.push(...[...next.content].filter(isJsonObject as never).reverse());
  }
  const all = words.join(" ").replace(/\s+/g, " ").trim();
  return all.length > maxLength ? `${[...all].slice(0, maxLength).join("")}…` : all;
}
