import { LONGEST_LOCATION, locationKindOf, spellingsOf } from "#base";
import { fitsLiterals, HARMFUL, STEP_UP } from "./glob-literals.ts";

/**
 * Whether what a program may make of a text fits as well: with its escapes decoded and its letters folded. A path or URL
 * must fit in full then, and one that has no certain spelling does not; of any other text no step up may come out.
 */
export function fitsSpelledOut(text: string, literals: readonly string[]): boolean {
  const { all, plain, flaw } = spellingsOf(text);
  if (all.some((spelling) => STEP_UP.test(spelling))) return false;
  if (!looksLikePlace(text) && !looksLikePlace(plain)) return true;
  if (flaw !== undefined) return false;
  const spelled = literals.map((literal) => slashed(spellingsOf(literal).plain));
  return fitsLiterals(slashed(plain), spelled, HARMFUL);
}

// One that is too long for any system can still become short once it is decoded.
function looksLikePlace(text: string): boolean {
  return locationKindOf(text.slice(0, LONGEST_LOCATION)) !== undefined;
}

function slashed(text: string): string {
  return text.replaceAll("\\", "/");
}
