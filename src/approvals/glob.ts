// What a wildcard never stands for: controls and whatever else cannot be seen (they hide or end a command), and the
// characters by which a shell starts another one.
const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point};&|`$()<>]/u;

// A step up (`..`, or as a URL may spell it) leads out of whatever folder the literal part names.
const STEP_UP = /(^|[\s\\/='"])(?:\.|%2e){2}([\s\\/'"]|$)/i;

/** Compiles a glob over an argument's text: `*` is any harmless text, `\*` a star, everything else itself. */
export function compileGlob(glob: string): (text: string) => boolean {
  const literals = literalsOf(glob);
  if (literals.length === 1) return (text) => text === literals[0];
  const [head, ...between] = literals as [string, ...string[]];
  const tail = between.pop()!;
  return (text) =>
    text.length >= head.length + tail.length &&
    text.startsWith(head) &&
    text.endsWith(tail) &&
    !STEP_UP.test(text) &&
    isHarmlessBetween(text.slice(head.length, text.length - tail.length), between);
}

// Taking each literal where it first occurs is enough: whatever a later choice would leave to a wildcard includes it.
// No backtracking, so no text is slow.
function isHarmlessBetween(text: string, literals: readonly string[]): boolean {
  let at = 0;
  for (const literal of literals) {
    const found = text.indexOf(literal, at);
    if (found < 0 || HARMFUL.test(text.slice(at, found))) return false;
    at = found + literal.length;
  }
  return !HARMFUL.test(text.slice(at));
}

/** The texts between the stars. */
function literalsOf(glob: string): readonly string[] {
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
