import type { Span } from "../text/blank.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";
import type { CriterionVerdict } from "../types.ts";

/** Finding of a rule: its verdict, and why. */
export interface CheckFinding {
  readonly verdict: CriterionVerdict;
  readonly reason: string;
  readonly at?: IssueSpan | undefined;
  /** What to do; a question where a fact is missing. */
  readonly suggestion?: string | undefined;
}

/** A span of the title or of the body. */
export interface IssueSpan extends Span {
  readonly in: "title" | "body";
}

/** Rule of our own. Pure: the same issue always gets the same finding. */
export type IssueCheck = (issue: ParsedIssue) => CheckFinding;

export const pass = (reason: string, at?: IssueSpan): CheckFinding => ({ verdict: "pass", reason, at });
export const partial = (reason: string, suggestion: string, at?: IssueSpan): CheckFinding => ({
  verdict: "part",
  reason,
  suggestion,
  at,
});
export const fail = (reason: string, suggestion: string, at?: IssueSpan): CheckFinding => ({
  verdict: "fail",
  reason,
  suggestion,
  at,
});
export const notApplicable = (reason: string): CheckFinding => ({ verdict: "not_applicable", reason });
export const notAssessed = (reason: string): CheckFinding => ({ verdict: "not_assessed", reason });

/** A check that reads English cue words; of other languages it says nothing. */
export function inEnglish(check: IssueCheck): IssueCheck {
  return (issue) => (issue.isEnglish ? check(issue) : notAssessed("Only English text is read by rules."));
}

/** Where a pattern first matches in the body's prose; the pattern is not global. */
export function inProse({ prose }: ParsedIssue, pattern: RegExp): IssueSpan | undefined {
  return placeOf("body", prose, pattern);
}

export function inTitle({ title }: ParsedIssue, pattern: RegExp): IssueSpan | undefined {
  return placeOf("title", title, pattern);
}

/** In the title or in the prose. */
export function anywhere(issue: ParsedIssue, pattern: RegExp): IssueSpan | undefined {
  return inTitle(issue, pattern) ?? inProse(issue, pattern);
}

function placeOf(where: IssueSpan["in"], text: string, pattern: RegExp): IssueSpan | undefined {
  const found = pattern.exec(text);
  return found ? { in: where, start: found.index, end: found.index + found[0].length } : undefined;
}

/** The sentence around a place, so that people see what it is about. */
export function sentenceAround({ title, prose }: ParsedIssue, place: IssueSpan): IssueSpan {
  const text = place.in === "title" ? title : prose;
  let start = place.start;
  while (start > 0 && place.start - start < 120 && !isBreak(text, start - 1)) start--;
  let end = place.end;
  while (end < text.length && end - place.end < 120 && !isBreak(text, end)) end++;
  if (/[.!?]/.test(text[end] ?? "")) end++;
  while (start < place.start && /\s/.test(text[start]!)) start++;
  while (end > place.end && /\s/.test(text[end - 1]!)) end--;
  return { in: place.in, start, end };
}

function isBreak(text: string, at: number): boolean {
  return text[at] === "\n" || (/[.!?]/.test(text[at]!) && /\s/.test(text[at + 1] ?? "\n"));
}

/** How many words of prose there are. */
export function wordsIn(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu)?.length ?? 0;
}
