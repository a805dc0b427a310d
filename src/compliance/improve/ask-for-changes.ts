import { isJsonObject, type Json, type JsonObject } from "#base";
import type { LanguageModel } from "#model";
import { maskSecrets } from "../checks/hygiene.ts";
import { titleIsSpecific } from "../checks/title.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";
import type { Assessment } from "../types.ts";
import { HEADINGS, paragraphsOf, type Sorting } from "./rearrange.ts";
import { tidyBody } from "./tidy.ts";

/** Changes that a model proposes, as far as it may: it sorts, shortens a title to words that are there, and asks. */
export interface ProposedChanges {
  readonly title?: string;
  readonly sections?: readonly Sorting[];
  readonly questions: readonly string[];
}

const MAX_PARAGRAPHS = 40;
const MAX_QUESTIONS = 5;

/** Asks a model what to change; whatever it may not do is left out. @throws model_failed, request_cancelled */
export async function askForChanges(
  issue: ParsedIssue,
  assessment: Assessment,
  { model, signal }: { readonly model: LanguageModel; readonly signal?: AbortSignal | undefined },
): Promise<ProposedChanges> {
  const paragraphs = paragraphsOf(tidyBody(issue, issue.body));
  // An order that the author gave stays.
  const maySort = issue.sections.length === 0 && paragraphs.length > 1 && paragraphs.length <= MAX_PARAGRAPHS;
  const headings = HEADINGS[assessment.kind];
  const failed = assessment.criteria.filter(({ verdict }) => verdict === "fail" || verdict === "part");
  const answer = await model.answer(
    {
      task: [
        `An issue of a tracker, a ${assessment.kind}, is to be made easier to work on. You may do three things and`,
        "nothing else. title: a better title of 4 to 20 words that uses only words of the issue; empty to keep it.",
        maySort
          ? "sections: under which heading each numbered paragraph belongs; leave out what belongs under none."
          : "sections: an empty list.",
        "questions: at most five short questions to the author about facts that are missing. Never answer them.",
        `What is weak so far: ${failed.map(({ title }) => title).join("; ") || "nothing"}.`,
      ].join("\n"),
      data: {
        title: maskSecrets(issue.title),
        ...Object.fromEntries(paragraphs.map((text, at) => [`paragraph ${at + 1}`, maskSecrets(text)])),
      },
      schema: schemaFor(headings),
      maxTokens: 1_200,
    },
    signal,
  );
  const { title, sections, questions } = isJsonObject(answer) ? answer : {};
  const isKept = typeof title !== "string" || !isBetterTitle(issue, title);
  return {
    ...(!isKept && { title: title.trim() }),
    ...(maySort &&
      Array.isArray(sections) &&
      sections.length > 0 && { sections: sections as unknown as Sorting[] }),
    questions: plainQuestions(questions),
  };
}

function schemaFor(headings: readonly string[]): JsonObject {
  return {
    type: "object",
    properties: {
      title: { type: "string" },
      sections: {
        type: "array",
        items: {
          type: "object",
          properties: {
            heading: { type: "string", enum: headings },
            paragraphs: { type: "array", items: { type: "integer" } },
          },
          required: ["heading", "paragraphs"],
          additionalProperties: false,
        },
      },
      questions: { type: "array", items: { type: "string" } },
    },
    required: ["title", "sections", "questions"],
    additionalProperties: false,
  };
}

/** Only where the old one is weak, and only of words that the author used. */
function isBetterTitle(issue: ParsedIssue, title: string): boolean {
  if (titleIsSpecific(issue).verdict === "pass") return false;
  if (titleIsSpecific({ ...issue, title: title.trim() }).verdict !== "pass") return false;
  const known = new Set(stems(`${issue.title}\n${issue.prose}`));
  return stems(title).every((word) => known.has(word) || SMALL.has(word));
}

const SMALL = new Set(
  "a an the of in on at to for from with and or is are not when after while if by as it does".split(" "),
);

function stems(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => word.replace(/(?:ing|ed|es|s)$/, ""));
}

// A question is put before people: it carries no address, no markup and nobody's name.
function plainQuestions(questions: Json | undefined): string[] {
  const list = Array.isArray(questions) ? (questions as readonly Json[]) : [];
  return list
    .filter((question): question is string => typeof question === "string")
    .map((question) => question.replace(/\s+/g, " ").trim())
    .filter((question) => /^[^<>[\]{}()@#`*_|\\]{8,200}\?$/.test(question) && !/:\/\/|www\./i.test(question))
    .slice(0, MAX_QUESTIONS);
}
