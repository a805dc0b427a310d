import { isFilled, isOpenQuestion } from "../checks/sections.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";
import type { Assessment, Metric } from "../types.ts";
import { type Insertion, insertAll } from "./tidy.ts";

/** A question to the author. */
export interface AuthorQuestion {
  readonly text: string;
  /** The section whose content the answer is; none for what is no part of the description. */
  readonly section?: string;
}

const OTHER = "Open questions";
// Stands for every heading that the author, or a template, left without a word.
const EMPTY = "(empty headings)";

const SECTIONS: Readonly<Record<string, string>> = {
  "template.filled": EMPTY,
  "bug.steps": "Steps to reproduce",
  "bug.expected": "Expected behaviour",
  "bug.observed": "Actual behaviour",
  "bug.evidence": "Code, trace or log",
  "bug.environment": "Environment",
  "story.wellformed": "Story",
  "story.why": "Why",
  "story.acceptance": "Acceptance criteria",
  "task.outcome": "Outcome",
};

// Headings that people give to the same thing.
const MEANS: Readonly<Record<string, RegExp>> = {
  "Steps to reproduce": /\b(?:steps|repro)/i,
  "Expected behaviour": /\bexpect/i,
  "Actual behaviour": /\b(?:actual|observed|current)/i,
  "Code, trace or log": /\b(?:code|trace|logs?)\b/i,
  Environment: /\b(?:environment|versions?|platform)/i,
  Story: /\b(?:story|feature|request)/i,
  Why: /\b(?:why|motivation|background|problem)/i,
  "Acceptance criteria": /\b(?:acceptance|definition of done|done when)/i,
  Outcome: /\b(?:outcome|goal|result)/i,
};

// Answered by a field of the tracker, by the title, or by laying the text out; not by writing more.
const ELSEWHERE = /^(?:meta|title|hygiene)\.|^body\.structured$/;

/** What to ask, in the metric's order; the same question once. */
export function questionsFor(
  { criteria }: Pick<Assessment, "criteria">,
  metric: Metric,
  more: readonly string[] = [],
): readonly AuthorQuestion[] {
  const questions = new Map<string, AuthorQuestion>();
  for (const [at, { verdict, suggestion }] of criteria.entries()) {
    const check = metric.criteria[at]?.check;
    const name = typeof check === "string" ? check : "";
    if ((verdict !== "fail" && verdict !== "part") || suggestion === undefined) continue;
    const section = ELSEWHERE.test(name) ? undefined : (SECTIONS[name] ?? OTHER);
    if (!questions.has(suggestion))
      questions.set(suggestion, { text: suggestion, ...(section && { section }) });
  }
  for (const text of more) if (!questions.has(text)) questions.set(text, { text, section: OTHER });
  return [...questions.values()];
}

/** The body with its questions: under the heading that waits for the answer, else under one of our own at the end. */
export function withQuestions(issue: ParsedIssue, raw: string, questions: readonly AuthorQuestion[]): string {
  const asked = new Map<number, string[]>();
  const added = new Map<string, string[]>();
  const empty = issue.sections.filter((section) => !isFilled(section));
  for (const { text, section } of questions) {
    const line = `TODO: ${text}`;
    if (section === undefined || section === EMPTY || raw.includes(line)) continue;
    const waiting =
      section === OTHER
        ? issue.sections.find(({ heading }) => heading === OTHER)
        : empty.find(({ heading }) => heading === section || MEANS[section]?.test(heading));
    if (waiting) push(asked, waiting.start, line);
    else push(added, section, line);
  }
  if (questions.some(({ section }) => section === EMPTY))
    for (const { start } of empty.filter((section) => !isOpenQuestion(section)))
      if (!asked.has(start)) asked.set(start, ["TODO: What belongs here?"]);
  const insertions: Insertion[] = [...asked].map(([start, lines]) => ({
    at: issue.lines.find((line) => line.start === start)!.end,
    text: `\n\n${listOf(lines)}`,
  }));
  const body = insertAll(raw, insertions);
  const ends = [...added].sort(([a], [b]) => Number(a === OTHER) - Number(b === OTHER));
  if (ends.length === 0) return body;
  const sections = ends.map(([heading, lines]) => `## ${heading}\n\n${listOf(lines)}`);
  return `${[body.trimEnd(), ...sections].filter((piece) => piece !== "").join("\n\n")}\n`;
}

function push<Key>(map: Map<Key, string[]>, key: Key, line: string): void {
  map.set(key, [...(map.get(key) ?? []), line]);
}

function listOf(lines: readonly string[]): string {
  return lines.length > 1 ? lines.map((line) => `- ${line}`).join("\n") : lines[0]!;
}
