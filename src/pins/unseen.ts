/** True for a text with characters that nobody sees, other than those that its script or its emoji need. */
export function hidesInvisible(text: string): boolean {
  if (!BEYOND_ASCII.test(text)) return false;
  const rest = text.replace(NEEDED, "");
  return INVISIBLE.test(rest) || (MARK.test(rest) && (!RIGHT_TO_LEFT.test(text) || STRAY_MARK.test(text)));
}

/** The same for the blocks of tags and selectors that spell a whole text out. */
export function hidesText(text: string): boolean {
  return SPELLING.test(text.replace(FLAG, ""));
}

// Written as strings: linters take an invisible character in a pattern for a slip, and here it is the point.
const pattern = (source: string, flags = "u") => new RegExp(source, flags);

const BEYOND_ASCII = /[^\p{ASCII}]/u;
const SPELLING = pattern(String.raw`[\u{e0000}-\u{e0fff}]`);
// England, Scotland and Wales: the only flags that are spelled with tags.
const FLAG = pattern(
  String.raw`\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}`,
  "gu",
);

const MARKS = String.raw`[\u200e\u200f\u061c]`;
const MARK = pattern(MARKS);
const RIGHT_TO_LEFT = pattern(
  String.raw`[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]`,
);
// Two in a row do no more than one, and inside a Latin word there is nothing to turn.
const STRAY_MARK = pattern(`${MARKS}{2}|[A-Za-z0-9]${MARKS}[A-Za-z0-9]`);

// Scripts whose letters are joined, or kept from it, by an invisible character.
const JOINED = `[${[
  "Arabic Syriac Nko Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu",
  "Kannada Malayalam Sinhala Khmer Myanmar Tibetan Balinese Javanese",
]
  .flatMap((scripts) => scripts.split(" "))
  .map((script) => `\\p{Script=${script}}`)
  .join("")}]`;
const NEEDED = pattern(
  [
    // Inside a word and at its end.
    String.raw`(?<=${JOINED}\p{M}?)[\u200c\u200d](?![A-Za-z0-9\u200c\u200d])`,
    String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})`,
    // An emoji, or a sign that people make one of; a digit only on a key.
    String.raw`(?<=(?!\p{ASCII})[\p{S}\p{Emoji}])[\ufe0e\ufe0f]`,
    String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
    String.raw`(?<=[\p{Script=Han}\p{Sm}\u3001\u3002\uff01-\uff1f])[\ufe00-\ufe02]`,
    String.raw`(?<=\p{Script=Mongolian})(?<![\u180b-\u180f])[\u180b-\u180d\u180f]`,
    // Format characters by law that are seen, under the digits of a number.
    String.raw`[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]`,
    String.raw`(?<=[\u2801-\u28ff])\u2800(?!\u2800)|(?<!\u2800)\u2800(?=[\u2801-\u28ff])`,
  ].join("|"),
  "gu",
);
// What has words of its own is left to them.
const INVISIBLE = pattern(
  String.raw`(?!${MARKS}|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Variation_Selector}\u2800]`,
);
