import { isFilled } from "../checks/sections.ts";
import type { ReadIssue } from "../text/read-issue.ts";
import type { Assessment, Metric } from "../types.ts";
import { type Insertion, insertAll } from "./tidy.ts";

/** Something to ask the author. */
export interface Question {
  readonly text: string;
  /** The section whose content the answer is; none for what is no part of the description. */
  readonly section?: string;
}

const OTHER = "Open questions";

const SECTIONS: Readonly<Record<string, string>> = {
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
): readonly Question[] {
  const questions = new Map<string, Question>();
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
export function withQuestions(issue: ReadIssue, raw: string, questions: readonly Question[]): string {
  const insertions: Insertion[] = [];
  const added = new Map<string, string[]>();
  for (const { text, section } of questions) {
    const line = `TODO: ${text}`;
    if (section === undefined || raw.includes(line)) continue;
    const waiting = issue.sections.find(
      ({ heading }) => heading === section || MEANS[section]?.test(heading),
    );
    if (waiting && (section === OTHER || !isFilled(waiting))) {
      const head = issue.lines.find(({ start }) => start === waiting.start)!;
      insertions.push({ at: head.end, text: `\n\n${line}\n` });
    } else added.set(section, [...(added.get(section) ?? []), line]);
  }
  const body = insertAll(raw, insertions).replace(/\s+$/, "");
  const inOrder = [...added].sort(([a], [b]) => Number(a === OTHER) - Number(b === OTHER));
  const sections = inOrder.map(([heading, lines]) =>
    [`## ${heading}`, "", lines.length > 1 ? lines.map((line) => `- ${line}`).join("\n") : lines[0]!].join(
      "\n",
    ),
  );
  if (sections.length === 0) return insertions.length === 0 ? raw : `${body}\n`;
  return `${[body, ...sections].filter((piece) => piece !== "").join("\n\n")}\n`;
}
