import { type Marks, NO_MARKS, type Style, type TextRun, withStyle } from "../blocks.ts";
import {
  charBefore,
  type InlineMatch,
  type InlineReader,
  type NoteWords,
  partnerOf,
} from "./inline-reader.ts";
import { backslash, dash, emoticon, entity } from "./read-wiki-escape.ts";
import { bareUrl, image, link } from "./read-wiki-link.ts";
import { isWordChar, STYLE_SIGNS } from "./wiki.ts";

/** The runs of a text of wiki markup; a line's end is a break. */
export function runsOfWiki(text: string, note: NoteWords, marks: Marks = NO_MARKS): TextRun[] {
  const reader: InlineReader = { text, marks, note, unpaired: new Set(), runsOf: runsOfWiki };
  const runs: TextRun[] = [];
  let words = "";
  const flush = () => {
    if (words !== "") runs.push({ type: "text", text: words, marks });
    words = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = thingAt(reader, at);
    if (found === undefined) {
      words += text[at++];
      continue;
    }
    if (typeof found.is === "string") words += found.is;
    else {
      flush();
      runs.push(...found.is);
    }
    at = found.end;
  }
  flush();
  return runs;
}

function thingAt(reader: InlineReader, at: number): InlineMatch | undefined {
  const { text } = reader;
  const char = text[at]!;
  switch (char) {
    case "\n":
      reader.unpaired.clear();
      return { is: [{ type: "break" }], end: at + 1 };
    case "\\":
      return backslash(text, at);
    case "&":
      return entity(text, at);
    case "{":
      return brace(reader, at);
    case "[":
      return link(reader, at);
    case "!":
      return image(reader, at);
    case "?":
      return text.startsWith("??", at) ? cite(reader, at) : undefined;
    case "h":
      return bareUrl(reader, at);
    case "(":
    case ":":
    case ";":
      return emoticon(text, at);
    case "-":
      return dash(text, at) ?? sign(reader, at, "strike");
    default: {
      const style = STYLE_OF[char];
      return style && sign(reader, at, style);
    }
  }
}

const STYLE_OF: Readonly<Record<string, Style>> = Object.fromEntries(
  Object.entries(STYLE_SIGNS).map(([style, char]) => [char, style as Style]),
);

/** `{{code}}`, `{*}bold{*}` within a word, `{color}`; other macros stay as they are written. */
function brace(reader: InlineReader, at: number): InlineMatch | undefined {
  const { text, marks, note } = reader;
  if (text.startsWith("{{", at)) return code(reader, at);
  const braced = /^\{([*_+^~-])\}/.exec(text.slice(at, at + 3))?.[1];
  if (braced) {
    const close = partnerOf(reader, `{${braced}}`, at + 3);
    const style = STYLE_OF[braced]!;
    if (close === undefined || marks.styles.includes(style)) return undefined;
    return { is: runsOfWiki(text.slice(at + 3, close), note, withStyle(marks, style)), end: close + 3 };
  }
  const macro = /^\{(\/?[a-z][\w-]*)(?::[^{}\n]*)?\}/i.exec(text.slice(at, at + 200));
  if (!macro) return undefined;
  if (macro[1]!.toLowerCase() === "color") {
    note("a text's colour", text.slice(at, at + 60));
    return { is: "", end: at + macro[0].length };
  }
  note(`a macro “${macro[0]}”`, text.slice(at, at + 60));
  return { is: macro[0], end: at + macro[0].length };
}

function code(reader: InlineReader, at: number): InlineMatch | undefined {
  let close = partnerOf(reader, "}}", at + 2);
  if (close === undefined || close === at + 2) return undefined;
  while (reader.text[close + 2] === "}") close++;
  const raw = reader.text.slice(at + 2, close);
  const text = raw.replace(/\\([!-/:-@[-`{-~])|&(?:#\d{1,6}|\w{2,4});/g, (all, char: string | undefined) =>
    char !== undefined ? char : String(entity(all, 0)?.is ?? all),
  );
  return { is: [{ type: "text", text, marks: withStyle(reader.marks, "code") }], end: close + 2 };
}

/** `*bold*` and its like: a sign that touches no word outside and no blank inside. */
function sign(reader: InlineReader, at: number, style: Style): InlineMatch | undefined {
  const { text, marks, note } = reader;
  const char = text[at]!;
  if (
    marks.styles.includes(style) ||
    isWordChar(charBefore(text, at)) ||
    /^(\s|$)/.test(text.slice(at + 1, at + 2))
  )
    return undefined;
  if (text[at + 1] === char) return undefined;
  const close = partnerOf(reader, char, at + 1, (end) => end > at + 1 && isClosing(text, end));
  if (close === undefined) return undefined;
  return { is: runsOfWiki(text.slice(at + 1, close), note, withStyle(marks, style)), end: close + 1 };
}

const isClosing = (text: string, at: number) =>
  !/\s/.test(text[at - 1]!) && !isWordChar([...text.slice(at + 1, at + 3)][0]) && text[at - 1] !== "{";

function cite(reader: InlineReader, at: number): InlineMatch | undefined {
  const close = partnerOf(reader, "??", at + 2);
  if (close === undefined || close === at + 2) return undefined;
  const inner = reader.text.slice(at + 2, close);
  reader.note("a citation", inner);
  return { is: runsOfWiki(inner, reader.note, withStyle(reader.marks, "em")), end: close + 2 };
}
