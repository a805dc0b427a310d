import type { Block } from "../blocks.ts";

/** Token of wiki markup: a line, or one of the macros that hold lines. */
export type WikiToken =
  | { readonly type: "line"; readonly source: string }
  | { readonly type: "code"; readonly source: string; readonly params: string; readonly text: string }
  | {
      readonly type: "open" | "close";
      readonly source: string;
      readonly name: string;
      readonly params: string;
    };

/** Blocks that were read from tokens. */
export interface ReadBlocks {
  readonly blocks: readonly Block[];
  /** The index of the first token behind them. */
  readonly end: number;
}

const MACRO = /\{(code|noformat|quote|panel)(?::([^{}\n]*))?\}/gi;

/** Cuts a text into lines and macros. A macro gets lines of its own, wherever it stands; its source says the same. */
export function wikiTokens(text: string): WikiToken[] {
  const tokens: WikiToken[] = [];
  const open = new Set<string>();
  const source = text.replace(/\r\n?/g, "\n");
  let from = 0;
  const upTo = (end: number, isLast = false) => {
    const piece = source.slice(from, end);
    const lines = piece.split("\n");
    // What stands between a macro and its line's end or beginning is no line of its own when it is empty.
    if (lines.length > 0 && lines[0]!.trim() === "" && from > 0) lines.shift();
    if (lines.length > 0 && lines.at(-1)!.trim() === "" && !isLast) lines.pop();
    tokens.push(...lines.map((line): WikiToken => ({ type: "line", source: line })));
  };
  MACRO.lastIndex = 0;
  for (let match = MACRO.exec(source); match; match = MACRO.exec(source)) {
    if (isEscaped(source, match.index)) continue;
    const name = match[1]!.toLowerCase();
    const end = match.index + match[0].length;
    if (name === "code" || name === "noformat") {
      const close = closeOf(source, name, end);
      if (close < 0) continue;
      upTo(match.index);
      const after = close + name.length + 2;
      const inner = source
        .slice(end, close)
        .replace(/^[ \t]*\n/, "")
        .replace(/\n$/, "");
      tokens.push({
        type: "code",
        source: source.slice(match.index, after),
        params: match[2] ?? "",
        text: inner,
      });
      from = after;
    } else {
      upTo(match.index);
      const isClose = open.has(name) && match[2] === undefined;
      if (isClose) open.delete(name);
      else open.add(name);
      tokens.push({ type: isClose ? "close" : "open", source: match[0], name, params: match[2] ?? "" });
      from = end;
    }
    MACRO.lastIndex = from;
  }
  upTo(source.length, true);
  return tokens;
}

function closeOf(source: string, name: string, from: number): number {
  const found = source.slice(from).search(new RegExp(`\\{${name}\\}`, "i"));
  return found < 0 ? -1 : from + found;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === "\\") count++;
  return count % 2 === 1;
}
