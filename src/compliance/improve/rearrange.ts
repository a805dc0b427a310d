import { readLines } from "../text/markdown-lines.ts";
import type { Kind } from "../types.ts";

/** Headings an unstructured text may be sorted under, in the order they come in. */
export const HEADINGS: Readonly<Record<Kind, readonly string[]>> = {
  bug: ["Summary", "Steps to reproduce", "Expected behaviour", "Actual behaviour", "Environment", "Notes"],
  story: ["Story", "Why", "Acceptance criteria", "Notes"],
  task: ["Goal", "Outcome", "Acceptance criteria", "Notes"],
};

/** A heading with the paragraphs, counted from 1, that go under it. */
export interface Sorting {
  readonly heading: string;
  readonly paragraphs: readonly number[];
}

/** The paragraphs of a text, blocks of code kept whole. Joined by blank lines they say what the text says. */
export function paragraphsOf(body: string): string[] {
  const { lines } = readLines(body);
  const paragraphs: string[][] = [];
  let isOpen = false;
  for (const { kind, text } of lines) {
    // A blank line inside a block of code is code.
    if (kind === "blank") isOpen = false;
    else if (isOpen) paragraphs.at(-1)!.push(text);
    else {
      paragraphs.push([text]);
      isOpen = true;
    }
  }
  return paragraphs.map((paragraph) => paragraph.join("\n"));
}

/** The same paragraphs, word for word, sorted under headings; what was not sorted comes first, as it was. */
export function rearrange(body: string, sortings: readonly Sorting[], kind: Kind): string {
  const paragraphs = paragraphsOf(body);
  const placed = new Map<number, string>();
  for (const { heading, paragraphs: numbers } of sortings)
    for (const number of numbers)
      if (HEADINGS[kind].includes(heading) && paragraphs[number - 1] !== undefined && !placed.has(number))
        placed.set(number, heading);
  const under = (heading: string | undefined) =>
    paragraphs.filter((_, at) => placed.get(at + 1) === heading).join("\n\n");
  const pieces = HEADINGS[kind].flatMap((heading) => {
    const text = under(heading);
    return text === "" ? [] : [`## ${heading}\n\n${text}`];
  });
  return [under(undefined), ...pieces].filter((piece) => piece !== "").join("\n\n");
}
