// What a wildcard never stands for: controls and whatever else cannot be seen (they hide or end a command), and the
// characters by which a shell starts another one.
export const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point};&|`$()<>]/u;
/** In JSON a star stays inside the string or beside it. */
export const HARMFUL_IN_JSON = new RegExp(String.raw`["\\]|${HARMFUL.source}`, "u");

// A step up (`..`, or as a URL may spell it) leads out of whatever folder the literal part names.
export const STEP_UP = /(^|[\s\\/='"])(?:\.|%2e){2}([\s\\/'"]|$)/i;

/** Says what a wildcard never stands for; of a text that it finds, it finds every longer one. */
export interface Harmful {
  test(text: string): boolean;
}

/** Whether a text is these literals with nothing harmful between them. */
export function fitsLiterals(text: string, literals: readonly string[], harmful: Harmful): boolean {
  const [head, ...between] = literals as [string, ...string[]];
  const tail = between.pop() ?? "";
  return (
    text.length >= head.length + tail.length &&
    text.startsWith(head) &&
    text.endsWith(tail) &&
    isHarmlessBetween(text.slice(head.length, text.length - tail.length), between, harmful)
  );
}

// Taking each literal where it first occurs is enough: whatever a later choice would leave to a wildcard includes it.
// No backtracking, so no text is slow.
function isHarmlessBetween(text: string, literals: readonly string[], harmful: Harmful): boolean {
  let at = 0;
  for (const literal of literals) {
    const found = text.indexOf(literal, at);
    if (found < 0 || harmful.test(text.slice(at, found))) return false;
    at = found + literal.length;
  }
  return !harmful.test(text.slice(at));
}

/** The texts between the stars. */
export function literalsOf(glob: string): readonly string[] {
  const parts: readonly string[] = glob.match(/\\[\\*]|[\s\S]/g) ?? [];
  const literals: string[] = [];
  let literal = "";
  for (const part of parts) {
    if (part === "*") {
      literals.push(literal);
      literal = "";
    } else literal += part.length === 2 ? part[1] : part;
  }
  return [...literals, literal];
}
