import type { MarkdownLine } from "./text/markdown-lines.ts";
import type { AssessedIssue, Kind } from "./types.ts";

const TYPES: readonly (readonly [RegExp, Kind])[] = [
  [/\b(?:bug|defect|incident|problem|error|fault|regression|crash)\b/i, "bug"],
  [/\b(?:story|feature|enhancement|improvement|epic|idea|proposal|request)\b/i, "story"],
  [
    /\b(?:task|sub-?task|chore|spike|refactor(?:ing)?|docs?|documentation|maintenance|tech(?:nical)? ?debt|test)\b/i,
    "task",
  ],
];
const STORY = /\bas an? [^.\n]{2,60}?,? i (?:want|need|would like|can|should)\b/i;
const BUG =
  /\b(?:steps to reproduce|repro(?:duce|duction)?|expected (?:result|behaviou?r)|actual (?:result|behaviou?r)|crash(?:es|ed|ing)?|exceptions?|stack ?trace|traceback|regression|doesn'?t work|does not work|not working|broken|fails? (?:with|to|when)|error (?:message|when|in|while))\b/i;

/** The kind of an issue: by the tracker's type, then by a label, then by cue words of its text. */
export function kindOfIssue(issue: AssessedIssue, prose: string, lines: readonly MarkdownLine[]): Kind {
  const named = ofWord(issue.type ?? "") ?? firstOf(issue.labels ?? []);
  if (named) return named;
  if (STORY.test(prose) || STORY.test(issue.title)) return "story";
  const headings = lines.flatMap(({ heading }) => heading ?? []).join("\n");
  if (lines.some(({ isTrace }) => isTrace) || [issue.title, headings, prose].some((text) => BUG.test(text)))
    return "bug";
  return "task";
}

function ofWord(word: string): Kind | undefined {
  const plain = word.replace(/[_/:-]+/g, " ");
  return TYPES.find(([pattern]) => pattern.test(plain))?.[1];
}

function firstOf(labels: readonly string[]): Kind | undefined {
  const kinds = labels.map(ofWord);
  // "bug" among other labels says more than "documentation" among others does.
  return (["bug", "story", "task"] as const).find((kind) => kinds.includes(kind));
}
