import type { Style, TextRun } from "../blocks.ts";
import { isSafeHref, readScheme } from "../links.ts";
import { type Branch, branchesOf, tidyRuns } from "../runs.ts";
import { EMOTICONS, isWordChar, STYLE_SIGNS } from "./wiki.ts";

/** Place of a line, which says what its beginning could be taken for and how it breaks. */
export type LinePlace = "paragraph" | "heading" | "item" | "cell";

/** Runs as wiki markup. What would be taken for markup is escaped. */
export function wikiLine(runs: readonly TextRun[], place: LinePlace = "paragraph"): string {
  return lines(branchesOf(tidyRuns(runs)), { place, before: undefined, after: undefined });
}

/** Context that a text of a line stands in. */
interface LineContext {
  readonly place: LinePlace;
  /** The characters that the line stands between; undefined at an end. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function lines(branches: readonly Branch[], { place, before, after }: LineContext): string {
  let out = "";
  branches.forEach((branch, at) => {
    const previous = out === "" ? before : lastChar(out);
    const following = branches[at + 1];
    const next = following === undefined ? after : firstChar(following);
    const around = { place, before: previous === "\n" ? undefined : previous, after: next };
    if (branch.type === "leaf" && branch.run.type === "break") {
      const isLast = following?.type !== "leaf" || following.run.type !== "break";
      out += place !== "cell" && isLast ? "\n" : "\\\\";
    } else out += text(branch, around);
  });
  return out;
}

const lastChar = (text: string): string | undefined => [...text.slice(-2)].at(-1);

function firstChar(branch: Branch): string | undefined {
  if (branch.type !== "leaf") return "*";
  if (branch.run.type === "break") return undefined;
  if (branch.run.type === "image" || branch.run.marks.styles.includes("code")) return "!";
  return [...branch.run.text.slice(0, 2)][0];
}

function text(branch: Branch, around: LineContext): string {
  if (branch.type === "link") return link(branch, around);
  if (branch.type === "style") return styled(branch.style, branch.branches, around);
  const { run } = branch;
  // An image stands apart from words, or its signs mean themselves.
  if (run.type === "image") return `${isWordChar(around.before) ? " " : ""}${image(run)}`;
  if (run.type === "break") return "";
  return run.marks.styles.includes("code") ? `{{${escapeCode(run.text)}}}` : escapeText(run.text, around);
}

function styled(style: Style, branches: readonly Branch[], around: LineContext): string {
  if (style === "code") return lines(branches, around);
  const sign = STYLE_SIGNS[style];
  const inner = lines(branches, { place: around.place, before: sign, after: sign });
  // A sign that touches a word means itself unless it is braced.
  return isWordChar(around.before) || isWordChar(around.after)
    ? `{${sign}}${inner}{${sign}}`
    : `${sign}${inner}${sign}`;
}

function link(
  { link: { href, title }, branches }: Extract<Branch, { type: "link" }>,
  around: LineContext,
): string {
  const { scheme, rest } = readScheme(href);
  if (scheme === "mention") return `[~${safeUrl(rest)}]`;
  if (!isSafeHref(href)) return lines(branches, around);
  const label = lines(branches, { place: "cell", before: "[", after: "|" });
  const [only] = branches;
  const isBare = only?.type === "leaf" && only.run.type === "text" && only.run.text === href;
  const file = /^attachment:(.+)$/.exec(href)?.[1];
  const target = file === undefined ? safeUrl(href) : `^${safeUrl(file)}`;
  if (isBare && title === undefined && /^https?:\/\//i.test(href) && target === href) return `[${target}]`;
  return `[${label}|${target}${title === undefined ? "" : `|${escapeCode(title)}`}]`;
}

function image({ url, alt }: Extract<TextRun, { type: "image" }>): string {
  const said = alt
    .replace(/[|!,{}\\[\]]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `!${safeUrl(url).replaceAll("!", "%21")}${said && `|alt=${said}`}!`;
}

/** An address without the signs that would end it. */
const safeUrl = (url: string): string =>
  url.replace(
    /[|[\]{}\\\s]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

const SIGNS = new Set<string>(Object.values(STYLE_SIGNS));
const ALWAYS = new Set(["{", "}", "[", "]", "|"]);

function escapeText(raw: string, { place, before, after }: LineContext): string {
  const text = before === undefined && place !== "heading" ? lineStart(raw) : { lead: "", rest: raw };
  const chars = [...text.rest];
  let out = text.lead;
  chars.forEach((char, at) => {
    const previous = at === 0 ? (text.lead ? lastChar(text.lead) : before) : chars[at - 1];
    const next = chars[at + 1] ?? after;
    out += escaped(char, previous, next, chars.slice(at, at + 5).join(""));
  });
  return out;
}

/** What at the beginning of a line would make it a heading, a quote or an item. */
function lineStart(text: string): { lead: string; rest: string } {
  const word = /^(h[1-6]|bq)\.(?=\s|$)/.exec(text)?.[0];
  if (word) return { lead: `${word.slice(0, -1)}&#46;`, rest: text.slice(word.length) };
  const item = /^([*#-]+)(?=\s|$)/.exec(text)?.[0];
  if (item) return { lead: [...item].map((char) => `\\${char}`).join(""), rest: text.slice(item.length) };
  return { lead: "", rest: text };
}

function escaped(
  char: string,
  previous: string | undefined,
  next: string | undefined,
  ahead: string,
): string {
  if (char === "\\") return "&#92;";
  if (char === "&") return /^&(#|\w)/.test(ahead) ? "&amp;" : "&";
  if (ALWAYS.has(char)) return `\\${char}`;
  if (SIGNS.has(char)) {
    const isInWord = isWordChar(previous) && isWordChar(next);
    const isAlone = isSpace(previous) && isSpace(next) && previous !== undefined;
    return isInWord || isAlone ? char : `\\${char}`;
  }
  if (char === "!") return isSpace(next) ? char : "\\!";
  if (char === "?") return previous === "?" || next === "?" ? "\\?" : char;
  if ("(:;".includes(char) && EMOTICON_WORDS.some((word) => ahead.startsWith(word))) return `\\${char}`;
  return char;
}

const EMOTICON_WORDS = Object.keys(EMOTICONS);
const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char);

const escapeCode = (text: string): string =>
  text.replace(/[&\\{}[\]|*_+^~!?(:;-]/g, (char) =>
    char === "&" ? "&amp;" : char === "\\" ? "&#92;" : `\\${char}`,
  );
