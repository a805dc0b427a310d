import type { EmbeddableText } from "#model";
import { termsOf } from "./tokens.ts";

/** A text as ranking sees it: how often each term occurs, title and body apart. */
export interface AnalyzedText {
  readonly title: ReadonlyMap<string, number>;
  readonly body: ReadonlyMap<string, number>;
}

// What a person reads of an issue ends long before this; what a machine pastes into one does not.
const LONGEST = 1 << 20;

export function analyzeText({ title, body }: EmbeddableText): AnalyzedText {
  return { title: termsOf(title.slice(0, LONGEST)), body: termsOf(body.slice(0, LONGEST)) };
}

/** A body with its comments behind it. */
export function withComments(body: string, comments: string): string {
  return comments === "" ? body : `${body}\n\n${comments}`;
}

/** Each term of a text once. */
export function termsIn({ title, body }: AnalyzedText): string[] {
  return [...new Set([...title.keys(), ...body.keys()])];
}
