/** A text pattern where `*` stands for any run of characters, `_` and line ends included, and `?` for one. */
export interface Glob {
  readonly source: string;
  matches(text: string): boolean;
}

/** Compiles a glob; matching takes at most text length times pattern length steps, whatever the pattern. */
export function compileGlob(source: string): Glob {
  if (!/[*?]/.test(source)) return { source, matches: (text) => text === source };
  if (/^\*+$/.test(source)) return { source, matches: () => true };
  const pattern = [...source];
  return { source, matches: (text) => fits(pattern, [...text]) };
}

/** True when everything that `narrow` matches is matched by `wide` as well. */
export function covers(wide: string, narrow: string): boolean {
  // Read as a text, a wildcard of the narrow glob is a character that only a wildcard as wide can stand for.
  return fits([...wide], [...narrow], (star) => star === "*");
}

/** True when some text is matched by both globs. */
export function overlap(left: string, right: string): boolean {
  const [a, b] = [[...left], [...right]];
  let row = tailRow(b);
  for (let i = a.length - 1; i >= 0; i--) {
    const next: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      if (a[i] === "*") next[j] = row[j]! || (j < b.length && next[j + 1]!);
      else if (j === b.length) next[j] = false;
      else if (b[j] === "*") next[j] = next[j + 1]! || row[j]!;
      else next[j] = (a[i] === "?" || b[j] === "?" || a[i] === b[j]) && row[j + 1]!;
    }
    row = next;
  }
  return row[0]!;
}

// Against nothing at all, only a run of stars is left to match.
function tailRow(b: readonly string[]): boolean[] {
  const row: boolean[] = [];
  for (let j = b.length; j >= 0; j--) row[j] = j === b.length || (b[j] === "*" && row[j + 1]!);
  return row;
}

// Greedy, with one place to come back to: the last star. Going back further never helps.
function fits(
  pattern: readonly string[],
  text: readonly string[],
  isStar: (character: string) => boolean = () => false,
): boolean {
  let [at, p, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      mark = at;
    } else if (p < pattern.length && !isStar(text[at]!) && (pattern[p] === "?" || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
