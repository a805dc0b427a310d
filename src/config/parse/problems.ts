import path from "node:path";
import { type ErrorCode, PreloopError } from "#base";

export type ConfigPath = readonly (string | number)[];

/** One thing that is wrong with a file. */
export interface Problem {
  readonly path: ConfigPath;
  readonly message: string;
  /** Point at the key instead of its value. */
  readonly atKey?: boolean;
  /** Where in the text, when the path alone does not say. */
  readonly offset?: number;
}

/** A place in a text, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem with its place. */
export type PlacedProblem = Problem & { readonly position: Position };

/** One error that tells every problem, in the order of the file. */
export function problemsError(
  code: ErrorCode,
  file: string,
  problems: readonly PlacedProblem[],
): PreloopError {
  const sorted = [...problems].sort(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
  const lines = sorted.map(({ position, path: at, message }) => {
    const place = `${file}:${position.line}:${position.column}`;
    return `${place} ${at.length > 0 ? `${showPath(at)} ` : ""}${message}`;
  });
  const unique = [...new Set(lines)];
  const head = unique.length === 1 ? "" : `${file} has ${unique.length} problems:\n`;
  return new PreloopError(code, `${head}${unique.join("\n")}`);
}

/** A path as people write it: `policy.rules[2].when`. */
export function showPath(at: ConfigPath): string {
  return at
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** A file's name as people around `cwd` know it. */
export function showFile(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

/** ` Did you mean "x"?` when one of the candidates is near enough to the word. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean "${found}"?`;
}

/** The candidate that takes the fewest single-character edits, if that is few. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(1, Math.floor(Math.max(word.length, best.length) / 2.5))
    ? best
    : undefined;
}

// Swapped neighbours are one slip, not two.
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
