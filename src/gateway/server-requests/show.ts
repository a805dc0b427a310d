import { foldLatin, makeVisible } from "#base";

const PLAIN = /^[\x20-\x7e]*$/;
const LONG_BLANK = / {41}/;
// An emoji as Unicode recommends it is one visible sign, whatever it is joined from. The flag v is newer than our target.
const LAYOUT_SIGNS = String.raw`([\n\t]|\p{RGI_Emoji})`;
const LAYOUT = new RegExp(LAYOUT_SIGNS, "v");

/** A server's text as a client may render it anywhere: lines and tabs stay, all else that is invisible is spelled out. */
export function showText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .split(LAYOUT)
    .map((part, at) => (at % 2 === 1 || isPlain(part) ? part : makeVisible(part).text))
    .join("");
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !LONG_BLANK.test(text);
}

/** The same on one line. */
export function showLine(text: string): string {
  return showText(text.replace(/[\r\n\t]+/g, " ").trim());
}

const LONGEST_MESSAGE = 16_000;

/**
 * What a person reads of a question: the label that says who asks, what preloop has to say about it, then the server's
 * own words. A line of theirs that begins like a label begins with the true one.
 */
export function labelMessage(server: string, message: string, remarks: readonly string[] = []): string {
  const label = `[${server}] `;
  const shown = showText(message.slice(0, LONGEST_MESSAGE))
    .replace(/[ \t]{5,}/g, " ")
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  const left = message.length - LONGEST_MESSAGE;
  const lines = shown.split("\n").map((line, at) => {
    const isForged = at > 0 ? BRACKET.test(line) : ASIDE.test(foldLatin(line));
    return isForged ? label + line.trimStart() : line;
  });
  const rest = left > 0 ? ` ⟨${left} more characters⟩` : "";
  return label + remarks.map((remark) => `(preloop: ${remark}) `).join("") + lines.join("\n") + rest;
}

// What could pass for a label of ours, and for a remark of ours.
const BRACKET = /^\s*\p{Ps}/u;
const ASIDE = /^\s*\p{Ps}\W*preloop/iu;
