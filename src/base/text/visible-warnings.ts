import { domainToASCII } from "node:url";

// Written as strings: linters take a control character in a pattern for a slip, and here it is the point.
const SIGNS = [
  [String.raw`[\x1b\x80-\x9f]`, "terminal control sequence"],
  [String.raw`[\u202a-\u202e]`, "right-to-left override"],
  [String.raw`[\u2066-\u2069\u200e\u200f\u061c]`, "text direction controls"],
  [String.raw`\r(?!\n)|\x08`, "overprinting (\\r or \\b)"],
  [String.raw`[\u200b-\u200d\u2060\ufeff]`, "zero-width characters"],
  [String.raw`[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`, "variation selectors"],
  [String.raw`\p{Co}`, "private-use characters"],
  [String.raw`\p{Cs}`, "broken characters (lone surrogates)"],
  [String.raw`\p{M}{5}`, "piled-up combining marks"],
  [String.raw`( |\n|\t)\1{40}`, "long blank run"],
  [String.raw`[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]`, "right-to-left letters"],
].map(([sign, words]) => [new RegExp(sign!, "u"), words!] as const);

// Scripts with letters that pass for Latin ones; Han, Kana and Hangul mix with Latin in honest text.
const ALIKE = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);
const MOST = 3;

/** What is odd about a text, in words that are themselves safe to show. */
export function warningsOf(text: string, hidden: number): readonly string[] {
  const warnings =
    hidden > 0 ? [`${hidden.toLocaleString("en-US")} hidden character${hidden > 1 ? "s" : ""}`] : [];
  const signs = SIGNS.filter(([sign]) => sign.test(text)).map(([, words]) => words);
  if (isAscii(text)) return [...warnings, ...signs];
  const spelled = tagText(text);
  const hosts = hostWarnings(text);
  const words = hosts.length > 0 ? [] : wordWarnings(text);
  // What is said with the text's own words comes before the kinds of trick.
  return [
    ...warnings,
    ...(spelled === "" ? [] : [`invisible text “${spelled}”`]),
    ...hosts,
    ...words,
    ...signs,
  ];
}

// The tag block mirrors ASCII, so a hidden instruction to a model can be read out to the person.
function tagText(text: string): string {
  const tags = text.match(/[\u{e0020}-\u{e007e}]/gu) ?? [];
  const letters = tags.slice(0, 60).map((tag) => String.fromCodePoint(tag.codePointAt(0)! - 0xe0000));
  return letters.join("") + (tags.length > 60 ? "…" : "");
}

const host =
  /(?<![\p{L}\p{N}\p{M}.-])[\p{L}\p{N}\p{M}-]{1,63}(?:\.[\p{L}\p{N}\p{M}-]{1,63}){1,8}(?![\p{L}\p{N}])/gu;

function hostWarnings(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [name] of text.matchAll(host)) {
    if (isAscii(name)) continue;
    const ascii = domainToASCII(name);
    if (ascii === "" || ascii === name) continue;
    found.add(`${isMixed(name) ? "mixed-script" : "international"} host ${name} → ${ascii}`);
    if (found.size >= MOST) break;
  }
  return [...found];
}

function wordWarnings(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{M}]{3,40}/gu)) {
    if (!isAscii(word) && isMixed(word)) found.add(`mixed-script word “${word}”`);
    if (found.size >= MOST) break;
  }
  return [...found];
}

function isMixed(text: string): boolean {
  return ALIKE.filter((script) => script.test(text)).length > 1;
}

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
}
