import { fitsHost, hostGlobOf } from "./glob-host.ts";
import { fitsLiterals, HARMFUL, HARMFUL_IN_JSON, literalsOf, STEP_UP } from "./glob-literals.ts";
import { fitsSpelledOut } from "./glob-spelled.ts";

/** Says whether a glob covers a text; `isJson` where the text stands for a value that is no text itself. */
export type GlobMatch = (text: string, isJson?: boolean) => boolean;

/** Compiles a glob over an argument's text: `*` is any harmless text, `\*` a star, everything else itself. */
export function compileSafeGlob(glob: string): GlobMatch {
  const literals = literalsOf(glob);
  if (literals.length === 1) return (text) => text === literals[0];
  const isOpen = literals.every((literal) => literal === "");
  const host = hostGlobOf(glob);
  return (text, isJson = false) =>
    fitsLiterals(text, literals, isJson && !isOpen ? HARMFUL_IN_JSON : HARMFUL) &&
    !STEP_UP.test(text) &&
    (host === undefined || fitsHost(text, host)) &&
    fitsSpelledOut(text, literals);
}
