import { LONGEST_LOCATION, locationKindOf, spellingsOf } from "#base";
import { fitsLiterals, HARMFUL, STEP_UP } from "./glob-literals.ts";

/**
 * Whether what a program may make of a text fits as well: with its escapes decoded and its letters folded. A path or URL
 * must fit in full then, and one that has no certain spelling does not; of any other text nothing harmful may come out.
 */
export function fitsSpelledOut(text: string, literals: readonly string[]): boolean {
  const { all, plain, flaw } = spellingsOf(text);
  if (all.some((spelling) => STEP_UP.test(spelling))) return false;
  const spelled = literals.map((literal) => slashed(spellingsOf(literal).plain));
  if (looksLikePlace(text) || looksLikePlace(plain))
    return flaw === undefined && fitsLiterals(slashed(plain), spelled, HARMFUL);
  // An escape may begin in a literal and end in what a star stands for.
  return (
    fitsLiterals(text, literals, HARMFUL_SPELLED) && fitsLiterals(slashed(plain), spelled, HARMFUL_AS_WORDS)
  );
}

// Words in wide letters have wide brackets, and a bracket starts no command without a sign that is looked for as well.
const HARMFUL_AS_WORDS = new RegExp(HARMFUL.source.replace("()", ""), "u");

// No one character takes longer to spell.
const OVERLAP = 64;

// What is left of a character where a piece was cut off.
const HALVES = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;

const HARMFUL_SPELLED = {
  test(text: string): boolean {
    for (let at = 0; at < text.length; at += LONGEST_LOCATION - OVERLAP) {
      const piece = text.slice(at, at + LONGEST_LOCATION).replace(HALVES, "");
      const { all } = spellingsOf(piece);
      if (all.some((spelling) => HARMFUL_AS_WORDS.test(spelling))) return true;
    }
    return false;
  },
};

// One that is too long for any system can still become short once it is decoded.
function looksLikePlace(text: string): boolean {
  return locationKindOf(text.slice(0, LONGEST_LOCATION)) !== undefined;
}

function slashed(text: string): string {
  return text.replaceAll("\\", "/");
}
