import { compileRegex } from "#regex";
import type { MarkdownLine } from "../text/markdown-lines.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";
import type { PatternCheck } from "../types.ts";
import { fail, type IssueCheck, type IssueSpan, pass } from "./finding.ts";

// Whoever writes the issue chooses the text, so it is read by an expression that takes the same time for any text.
const MAX_LINE = 2_000;

/** A check that looks for a team's own pattern, line by line. */
export function patternCheck({ pattern, in: where, absent = false }: PatternCheck): IssueCheck {
  const regex = compileRegex(pattern);
  return (issue) => {
    const found = linesOf(issue, where).find(({ text }) => regex.test(text.slice(0, MAX_LINE), () => {}));
    const at: IssueSpan | undefined =
      found && where !== "labels"
        ? { in: where === "title" ? "title" : "body", start: found.start, end: found.end }
        : undefined;
    if (absent)
      return found
        ? fail("It holds what it should not.", "Can this be taken out?", at)
        : pass("It holds no such thing.");
    return found ? pass("It is there.", at) : fail("It is not there.", "Can you add it?");
  };
}

function linesOf({ title, body, prose, code, labels }: ParsedIssue, where: PatternCheck["in"]): LineOf[] {
  switch (where) {
    case "title":
      return lines(title);
    case "body":
      return lines(body);
    case "prose":
      return lines(prose);
    case "code":
      return lines(code);
    case "labels":
      return labels.map((text) => ({ text, start: 0, end: text.length }));
  }
}

type LineOf = Pick<MarkdownLine, "text" | "start" | "end">;

function lines(text: string): LineOf[] {
  let at = 0;
  return text.split("\n").map((line) => {
    const start = at;
    at += line.length + 1;
    return { text: line, start, end: start + line.length };
  });
}
