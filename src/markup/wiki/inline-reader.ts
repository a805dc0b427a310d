import type { Marks, TextRun } from "../blocks.ts";

/** Recorder of what Markdown cannot say, and of the words it stands at. */
export type NoteWords = (what: string, at: string) => void;

/** Reader of a text of wiki markup: the text, the styles it stands in, and what is known of it so far. */
export interface InlineReader {
  readonly text: string;
  readonly marks: Marks;
  readonly note: NoteWords;
  /** Signs that were looked for and have no partner further on the line. */
  readonly unpaired: Set<string>;
  /** Reads a text within this one. */
  readonly runsOf: (text: string, note: NoteWords, marks?: Marks) => TextRun[];
}

/** Match of a sign: its meaning, words or runs, and the index behind its source. */
export interface InlineMatch {
  readonly is: string | readonly TextRun[];
  readonly end: number;
}

/** Where on the line a sign stands again, unescaped. */
export function partnerOf(
  { text, unpaired }: InlineReader,
  sign: string,
  from: number,
  isRight?: (at: number) => boolean,
) {
  if (unpaired.has(sign)) return undefined;
  for (let at = from; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(sign, at) && (isRight?.(at) ?? true)) return at;
    else if (sign.length === 1 && text.startsWith("{{", at)) at = endOfCode(text, at);
  }
  unpaired.add(sign);
  return undefined;
}

function endOfCode(text: string, at: number): number {
  for (let end = at + 2; end < text.length && text[end] !== "\n"; end++) {
    if (text[end] === "\\") end++;
    else if (text.startsWith("}}", end)) return end + 1;
  }
  return at;
}

/** The whole character before an index, which may be two units long. */
export const charBefore = (text: string, at: number) => [...text.slice(Math.max(0, at - 2), at)].at(-1);
