/** A text read from left to right, by characters. */
export interface PatternReader {
  isDone(): boolean;
  /** True when `text` comes next. */
  looking(text: string): boolean;
  /** Steps over `text` when it comes next. */
  take(text: string): boolean;
  next(): string;
  /** Steps over what the expression finds at this place. */
  match(expression: RegExp): RegExpExecArray | undefined;
}

export function createPatternReader(source: string): PatternReader {
  let at = 0;
  const looking = (text: string) => source.startsWith(text, at);
  return {
    isDone: () => at >= source.length,
    looking,
    take(text) {
      const found = looking(text);
      if (found) at += text.length;
      return found;
    },
    next() {
      const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
      at += character.length;
      return character;
    },
    match(expression) {
      const found = expression.exec(source.slice(at, at + 100)) ?? undefined;
      at += found?.[0].length ?? 0;
      return found;
    },
  };
}
