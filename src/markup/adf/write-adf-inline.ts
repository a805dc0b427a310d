import type { Marks, Style, TextRun } from "../blocks.ts";
import { isSafeHref, readScheme } from "../links.ts";
import { type AdfMark, type AdfNode, STATUS_COLOR } from "./adf.ts";

const MARKS: Readonly<Record<Exclude<Style, "code">, AdfMark>> = {
  strong: { type: "strong" },
  em: { type: "em" },
  strike: { type: "strike" },
  underline: { type: "underline" },
  sub: { type: "subsup", attrs: { type: "sub" } },
  sup: { type: "subsup", attrs: { type: "sup" } },
};

/** The nodes of a line. */
export const inlineNodes = (runs: readonly TextRun[]): AdfNode[] => runs.map(nodeOf);

function nodeOf(run: TextRun): AdfNode {
  if (run.type === "break") return { type: "hardBreak" };
  const text = run.type === "text" ? run.text : run.alt || run.url;
  return special(text, run.marks) ?? { type: "text", text, ...marked(run.marks) };
}

/** Links of our own schemes, and an address that stands for itself, which Jira shows as a card. */
function special(text: string, { link, styles }: Marks): AdfNode | undefined {
  if (link === undefined || styles.length > 0) return undefined;
  const { scheme, rest } = readScheme(link.href);
  if (scheme === "mention") return { type: "mention", attrs: { id: rest, text } };
  if (scheme === "date" && /^-?\d{1,15}$/.test(rest)) return { type: "date", attrs: { timestamp: rest } };
  if (scheme === "status" && STATUS_COLOR.test(rest)) return { type: "status", attrs: { text, color: rest } };
  if (text === link.href && link.title === undefined && /^https?:\/\//i.test(text))
    return { type: "inlineCard", attrs: { url: text } };
  return undefined;
}

function marked({ link, styles }: Marks): { marks?: AdfMark[] } {
  const marks: AdfMark[] = [];
  if (link && isSafeHref(link.href))
    marks.push({ type: "link", attrs: { href: link.href, ...(link.title && { title: link.title }) } });
  // Code takes no other style.
  if (styles.includes("code")) marks.push({ type: "code" });
  else {
    // Text is either lowered or raised.
    const sunk = styles.filter((style) => style !== "sup" || !styles.includes("sub"));
    for (const style of sunk) if (style !== "code") marks.push(MARKS[style]);
  }
  return marks.length === 0 ? {} : { marks };
}
