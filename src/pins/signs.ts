import { foldLatin } from "#base";
import { hidesInvisible, hidesText } from "./unseen.ts";

/** Why a text is to be held, in our own words. */
export function holdsIn(text: string): readonly string[] {
  const spellings = spellingsIn(text);
  return [
    ...(hidesText(text) ? ["invisible text"] : []),
    ...(hidesInvisible(text) ? ["invisible characters"] : []),
    ...LOOKS.filter(([sign]) => sign.test(text)).map(([, words]) => words),
    ...WORDS.filter(([sign]) => spellings.some((each) => sign.test(each))).map(([, words]) => words),
  ];
}

/** What is worth a look in a text, in our own words. */
export function notesIn(text: string): readonly string[] {
  return NOTES.filter(([sign]) => sign.test(text)).map(([, words]) => words);
}

// A model reads fullwidth letters, letters of other scripts and odd brackets for what they look like. The guillemets of
// French and the brackets of Chinese titles stand around honest words.
function spellingsIn(text: string): readonly string[] {
  const folded = foldLatin(text).replace(OPENING, "<").replace(CLOSING, ">");
  return folded === text ? [text] : [text, folded];
}

const OPENING = /[\u02c2\u1438\u2039\u226a\u276e\u2770\u27e8]/gu;
const CLOSING = /[\u02c3\u1433\u203a\u226b\u276f\u2771\u27e9]/gu;

const sign = (source: string, words: string, flags = "u") => [new RegExp(source, flags), words] as const;

const TAG =
  "(?:important|system|secret|hidden|admin|instructions?|override|assistant)(?:[\\s_-]+(?:prompt|message|note|instructions?))?";
const TAG_WORDS = "a tag that speaks to the model, like <IMPORTANT>";
const BLANK = String.raw`[\p{Zs}\t\u2800\u3164]`;
// A \r\n is one line end.
const LINE_END = String.raw`(?:\r\n|\r(?!\n)|(?<!\r)\n|[\f\u2028\u2029])`;

// Written as strings: linters take an invisible character in a pattern for a slip, and here it is the point.
const LOOKS = [
  sign(String.raw`[\u202a-\u202e\u2066-\u2069]`, "text that changes its reading direction"),
  sign(String.raw`[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]`, "control characters"),
  sign(
    // A wide blank takes the room of several.
    String.raw`${BLANK}{80}|[\u1680\u2000-\u200a\u205f\u3000]{20}|(?:${LINE_END}${BLANK}*){20}|\s{300}`,
    "a long blank run that pushes text out of sight",
  ),
] as const;

const WORDS = [
  sign(
    String.raw`<[\s\/!?]{0,80}${TAG}[^\p{L}<>=]{0,80}>|[<\[]\s{0,80}\/?\s{0,80}${TAG}\s{0,80}[>\]]`,
    TAG_WORDS,
    "iu",
  ),
  // With attributes it is a tag whatever follows; words without them are a placeholder, like <secret key>.
  sign(
    String.raw`<[\s\/!?]{0,80}${TAG}[\s\/]+(?:[\w:.-]+[\s\/]+){0,8}[\w:.-]+\s*=|\[\s*${TAG}\s+[\w:.-]+\s*=\s*["']`,
    TAG_WORDS,
    "iu",
  ),
  sign(
    String.raw`<\|(?:im_start|im_end|system|endoftext)\|>|<<\s*SYS\s*>>|\[INST\]`,
    "a model's own control words",
    "iu",
  ),
  // Words of any number, or a long run of anything else; a comment in a comment is looked at by itself.
  sign(
    String.raw`<!--(?:(?:(?!-->|<!--)[^\p{L}\p{N}])*[\p{L}\p{N}]|(?:(?!-->)[\s\S]){20})`,
    "a hidden comment",
  ),
  sign(
    String.raw`\b(?:do\s+not|don['’]?t|never|must\s+not|should\s+not|without)\s+(?:ever\s+)?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|mention(?:ing)?|reveal(?:ing)?|show(?:ing)?|ask(?:ing)?|alert(?:ing)?|warn(?:ing)?|disclos(?:e|ing))\b[^.\n]{0,60}\buser\b`,
    "an instruction to keep something from the user",
    "iu",
  ),
  sign(
    String.raw`\b(?:hide|conceal|keep)\b[^.\n]{0,40}\bfrom\s+(?:the\s+)?user\b`,
    "an instruction to keep something from the user",
    "iu",
  ),
  sign(
    String.raw`\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|prior|above|earlier|other|system)\s+(?:instructions?|rules|prompts?|messages?|tools?)\b`,
    "an instruction to forget other instructions",
    "iu",
  ),
] as const;

const NOTES = [
  sign(
    String.raw`(?:~|\$HOME|%USERPROFILE%)?[\\/]?\.(?:ssh|aws|gnupg|kube)\b[\\/]|\bid_(?:rsa|ed25519)\b|\.cursor[\\/]mcp\.json`,
    "names files that hold secrets",
    "iu",
  ),
  sign(
    String.raw`\b(?:before|after|instead\s+of)\s+(?:using|calling|invoking|running)\s+(?:any|every|all|other)\b`,
    "speaks about the use of other tools",
    "iu",
  ),
] as const;
