import { type Marks, NO_MARKS, plain, type Style, type TextRun, textOf, withStyle } from "../blocks.ts";
import { writeScheme } from "../links.ts";
import { EMOTICONS, isWordChar, STYLE_SIGNS } from "./wiki.ts";

/** Recorder of what Markdown cannot say, and of the words it stands at. */
export type NoteWords = (what: string, at: string) => void;

/** What is known while a text is read. */
interface Reading {
  readonly text: string;
  readonly marks: Marks;
  readonly note: NoteWords;
  /** Signs that were looked for and have no partner further on. */
  readonly lonely: Set<string>;
}

/** The runs of a text of wiki markup; a line's end is a break. */
export function runsOfWiki(text: string, note: NoteWords, marks: Marks = NO_MARKS): TextRun[] {
  const reading: Reading = { text, marks, note, lonely: new Set() };
  const runs: TextRun[] = [];
  let words = "";
  const flush = () => {
    if (words !== "") runs.push({ type: "text", text: words, marks });
    words = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = thingAt(reading, at);
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

interface Found {
  readonly is: string | readonly TextRun[];
  readonly end: number;
}

function thingAt(reading: Reading, at: number): Found | undefined {
  const { text } = reading;
  const char = text[at]!;
  switch (char) {
    case "\n":
      reading.lonely.clear();
      return { is: [{ type: "break" }], end: at + 1 };
    case "\\":
      return backslash(text, at);
    case "&":
      return entity(text, at);
    case "{":
      return brace(reading, at);
    case "[":
      return link(reading, at);
    case "!":
      return image(reading, at);
    case "?":
      return text.startsWith("??", at) ? cite(reading, at) : undefined;
    case "h":
      return bareUrl(reading, at);
    case "(":
    case ":":
    case ";":
      return emoticon(text, at);
    case "-":
      return dash(text, at) ?? sign(reading, at, "strike");
    default: {
      const style = STYLE_OF[char];
      return style && sign(reading, at, style);
    }
  }
}

const STYLE_OF: Readonly<Record<string, Style>> = Object.fromEntries(
  Object.entries(STYLE_SIGNS).map(([style, char]) => [char, style as Style]),
);

function backslash(text: string, at: number): Found | undefined {
  if (text[at + 1] === "\\") return { is: [{ type: "break" }], end: at + 2 };
  return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "") ? { is: text[at + 1]!, end: at + 2 } : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

function entity(text: string, at: number): Found | undefined {
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

/** `{{code}}`, `{*}bold{*}` within a word, `{color}`; other macros stay as they are written. */
function brace(reading: Reading, at: number): Found | undefined {
  const { text, marks, note } = reading;
  if (text.startsWith("{{", at)) return code(reading, at);
  const braced = /^\{([*_+^~-])\}/.exec(text.slice(at, at + 3))?.[1];
  if (braced) {
    const close = partner(reading, `{${braced}}`, at + 3);
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

function code(reading: Reading, at: number): Found | undefined {
  let close = partner(reading, "}}", at + 2);
  if (close === undefined || close === at + 2) return undefined;
  while (reading.text[close + 2] === "}") close++;
  const raw = reading.text.slice(at + 2, close);
  const text = raw.replace(/\\([!-/:-@[-`{-~])|&(?:#\d{1,6}|\w{2,4});/g, (all, char: string | undefined) =>
    char !== undefined ? char : String(entity(all, 0)?.is ?? all),
  );
  return { is: [{ type: "text", text, marks: withStyle(reading.marks, "code") }], end: close + 2 };
}

/** Where on the line a sign stands again, unescaped. */
function partner({ text, lonely }: Reading, sign: string, from: number, isRight?: (at: number) => boolean) {
  if (lonely.has(sign)) return undefined;
  for (let at = from; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(sign, at) && (isRight?.(at) ?? true)) return at;
    else if (sign.length === 1 && text.startsWith("{{", at)) at = endOfCode(text, at);
  }
  lonely.add(sign);
  return undefined;
}

function endOfCode(text: string, at: number): number {
  for (let end = at + 2; end < text.length && text[end] !== "\n"; end++) {
    if (text[end] === "\\") end++;
    else if (text.startsWith("}}", end)) return end + 1;
  }
  return at;
}

/** `*bold*` and its like: a sign that touches no word outside and no blank inside. */
function sign(reading: Reading, at: number, style: Style): Found | undefined {
  const { text, marks, note } = reading;
  const char = text[at]!;
  if (
    marks.styles.includes(style) ||
    isWordChar(before(text, at)) ||
    /^(\s|$)/.test(text.slice(at + 1, at + 2))
  )
    return undefined;
  if (text[at + 1] === char) return undefined;
  const close = partner(reading, char, at + 1, (end) => end > at + 1 && isClosing(text, end));
  if (close === undefined) return undefined;
  return { is: runsOfWiki(text.slice(at + 1, close), note, withStyle(marks, style)), end: close + 1 };
}

const isClosing = (text: string, at: number) =>
  !/\s/.test(text[at - 1]!) && !isWordChar([...text.slice(at + 1, at + 3)][0]) && text[at - 1] !== "{";

/** The whole character before, which may be two units long. */
const before = (text: string, at: number) => [...text.slice(Math.max(0, at - 2), at)].at(-1);

function dash(text: string, at: number): Found | undefined {
  const run = /^-+/.exec(text.slice(at, at + 5))![0];
  const isApart = /^\s?$/.test(text[at - 1] ?? "") && /^\s?$/.test(text[at + run.length] ?? "");
  if (!isApart || run.length < 2 || run.length > 3) return undefined;
  return { is: run.length === 2 ? "–" : "—", end: at + run.length };
}

function emoticon(text: string, at: number): Found | undefined {
  if (isWordChar(before(text, at))) return undefined;
  const word = EMOTICON_WORDS.find((each) => text.startsWith(each, at));
  return word ? { is: EMOTICONS[word]!, end: at + word.length } : undefined;
}

// Longer first: `(*r)` before `(*)`.
const EMOTICON_WORDS = Object.keys(EMOTICONS).sort((one, other) => other.length - one.length);

function cite(reading: Reading, at: number): Found | undefined {
  const close = partner(reading, "??", at + 2);
  if (close === undefined || close === at + 2) return undefined;
  const inner = reading.text.slice(at + 2, close);
  reading.note("a citation", inner);
  return { is: runsOfWiki(inner, reading.note, withStyle(reading.marks, "em")), end: close + 2 };
}

function bareUrl({ text, marks }: Reading, at: number): Found | undefined {
  if (marks.link || !/^https?:\/\//.test(text.slice(at, at + 8)) || isWordChar(before(text, at)))
    return undefined;
  const raw = /^https?:\/\/[^\s|[\]{}\\<>"]+/.exec(text.slice(at, at + 4_000))?.[0];
  const url = raw?.replace(/[.,;:!?)*_+^~'-]+$/, "");
  if (!url || url.length < 9) return undefined;
  return {
    is: [{ type: "text", text: url, marks: { ...marks, link: { href: url } } }],
    end: at + url.length,
  };
}

/** `[text|target|title]`, `[~person]`, `[^file]`, `[https://…]`. */
function link(reading: Reading, at: number): Found | undefined {
  const { text, marks, note } = reading;
  const close = partner(reading, "]", at + 1);
  if (marks.link || close === undefined || close === at + 1) return undefined;
  const parts = split(text.slice(at + 1, close));
  const end = close + 1;
  const linked = (label: readonly TextRun[], href: string, title?: string): Found => {
    const target = { href, ...(title && title !== "smart-link" && { title }) };
    const is = label.map((run) =>
      run.type === "break" ? run : { ...run, marks: { ...run.marks, link: target } },
    );
    return { is, end };
  };
  const only = parts.length === 1 ? parts[0]! : undefined;
  const person = /^~(.+)$/.exec(only ?? "")?.[1];
  if (person)
    return linked([{ ...plain(`@${person}`), marks } as TextRun], writeScheme("mention", unescaped(person)));
  if (only !== undefined && !/^(https?:\/\/|mailto:|ftp:\/\/|#|\^)\S/.test(only)) return undefined;
  const target = (only ?? parts[1]!).trim();
  if (target === "") return undefined;
  const isFile = target.startsWith("^");
  const href = isFile ? `attachment:${target.slice(1)}` : target;
  const shown = only === undefined ? parts[0]! : isFile ? target.slice(1) : target;
  const label =
    only === undefined
      ? runsOfWiki(shown, note, { ...marks, link: { href } })
      : [{ ...plain(shown), marks } as TextRun];
  const isEmpty = textOf(label).trim() === "";
  return linked(
    isEmpty ? [{ ...plain(target), marks } as TextRun] : label,
    href,
    parts[2] && unescaped(parts[2]),
  );
}

/** The parts between unescaped bars. */
function split(text: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && at + 1 < text.length) parts[parts.length - 1] += text[at]! + text[++at]!;
    else if (text[at] === "|") parts.push("");
    else if (text[at] === "!") {
      const image = IMAGE.exec(text.slice(at, at + 2_000))?.[0] ?? "!";
      parts[parts.length - 1] += image;
      at += image.length - 1;
    } else parts[parts.length - 1] += text[at]!;
  }
  return parts;
}

const unescaped = (text: string): string => textOf(runsOfWiki(text, () => {}));

const IMAGE = /^!([^\s|!{}[\]\\*]*[./][^\s|!{}[\]\\]*)(?:\|([^!\n|]*))?!/;

/** `!shot.png|width=300,alt=A shot!` */
function image(reading: Reading, at: number): Found | undefined {
  const { text, marks, note } = reading;
  if (isWordChar(before(text, at))) return undefined;
  const match = IMAGE.exec(text.slice(at, at + 2_000));
  if (!match) return undefined;
  const params = (match[2] ?? "").split(",").map((param) => param.trim());
  const alt = params.find((param) => param.startsWith("alt="))?.slice(4) ?? "";
  if (params.some((param) => param !== "" && !param.startsWith("alt="))) note("an image's size", match[0]);
  return { is: [{ type: "image", url: match[1]!, alt, marks }], end: at + match[0].length };
}
