import { charBefore, type InlineMatch } from "./inline-reader.ts";
import { EMOTICONS, isWordChar } from "./wiki.ts";

/** `\\` is a break, and a backslash before a sign makes it mean itself. */
export function backslash(text: string, at: number): InlineMatch | undefined {
  if (text[at + 1] === "\\") return { is: [{ type: "break" }], end: at + 2 };
  return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "") ? { is: text[at + 1]!, end: at + 2 } : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

/** `&amp;` or `&#38;`. */
export function entity(text: string, at: number): InlineMatch | undefined {
  const match = /^&(?:#(\d{1,6})|(\w{2,4}));/.exec(text.slice(at, at + 9));
  if (!match) return undefined;
  const code = Number(match[1] ?? 0);
  const is = match[1]
    ? code > 0 && code < 0x11_0000
      ? String.fromCodePoint(code)
      : undefined
    : ENTITIES[match[2]!];
  return is === undefined ? undefined : { is, end: at + match[0].length };
}

/** Two hyphens are a dash, three a longer one, where they stand apart. */
export function dash(text: string, at: number): InlineMatch | undefined {
  const run = /^-+/.exec(text.slice(at, at + 5))![0];
  const isApart = /^\s?$/.test(text[at - 1] ?? "") && /^\s?$/.test(text[at + run.length] ?? "");
  if (!isApart || run.length < 2 || run.length > 3) return undefined;
  return { is: run.length === 2 ? "–" : "—", end: at + run.length };
}

/** `:)` or `(/)`, as an emoji. */
export function emoticon(text: string, at: number): InlineMatch | undefined {
  if (isWordChar(charBefore(text, at))) return undefined;
  const word = EMOTICON_WORDS.find((each) => text.startsWith(each, at));
  return word ? { is: EMOTICONS[word]!, end: at + word.length } : undefined;
}

// Longer first: `(*r)` before `(*)`.
const EMOTICON_WORDS = Object.keys(EMOTICONS).sort((one, other) => other.length - one.length);
