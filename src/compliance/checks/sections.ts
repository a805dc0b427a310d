import type { MarkdownLine } from "../text/markdown-lines.ts";
import type { ParsedIssue, Section } from "../text/parse-issue.ts";
import type { IssueSpan } from "./finding.ts";

const PLACEHOLDER =
  /^(?:\d{1,3}[.)]?|n\/?a|none|no|-+|\.{2,}|…|todo|tbd|\?+|_?no response_?|<[^>]{0,80}>|\[[^\]]{0,80}\]|(?:please )?(?:describe|explain|add|insert|enter|write|paste|replace|fill)\b.{0,80}(?:here|below|this)\.?)$/i;

/** True for a section that says something: not empty, no placeholder, no question that is still open. */
export function isFilled(section: Section): boolean {
  return said(section).length > 0;
}

/** True for a section that holds nothing but questions to its author. */
export function isOpenQuestion(section: Section): boolean {
  return section.content.some(({ kind }) => kind === "todo") && said(section).length === 0;
}

function said({ content }: Section): readonly MarkdownLine[] {
  return content.filter(({ kind, text, item }) => {
    if (kind === "blank" || kind === "todo" || kind === "heading" || kind === "fence") return false;
    const plain = (item ?? text).replace(/<!--.*?(?:-->|$)/g, "");
    const words = plain.trim();
    return words !== "" && !words.endsWith("-->") && !PLACEHOLDER.test(words);
  });
}

/** The first section with such a heading that says something. */
export function filledSection({ sections }: ParsedIssue, heading: RegExp): Section | undefined {
  return sections.find((section) => heading.test(section.heading) && isFilled(section));
}

/** The first lines of a section, for people to see. */
export function placeOfSection({ start, content }: Section): IssueSpan {
  const shown = content.filter(({ kind }) => kind !== "blank").slice(0, 3);
  return { in: "body", start, end: shown.at(-1)?.end ?? start };
}

/** Neighbouring lines that are alike, in groups. */
export function runsOf(
  lines: readonly MarkdownLine[],
  isIn: (line: MarkdownLine) => boolean,
): MarkdownLine[][] {
  const runs: MarkdownLine[][] = [];
  let current: MarkdownLine[] | undefined;
  for (const line of lines) {
    if (isIn(line)) {
      if (current) current.push(line);
      else {
        current = [line];
        runs.push(current);
      }
    } else if (line.kind !== "blank") current = undefined;
  }
  return runs;
}
