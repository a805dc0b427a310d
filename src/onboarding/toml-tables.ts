/** A table of a TOML text: its header's keys, and where it stands. */
interface Table {
  readonly keys: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** All tables with a header, each up to its last key and the blank lines after it: comments between tables are nobody's. */
export function tablesOf(text: string): Table[] {
  const found: { keys: readonly string[]; from: number; to: number }[] = [];
  let at = 0;
  let depth = 0;
  while (at < text.length) {
    const line = lineAt(text, at);
    const from = at;
    const header = depth === 0 ? HEADER.exec(line) : null;
    if (header) {
      at += line.length;
      found.push({ keys: keysOf(header[1]!), from, to: at });
      continue;
    }
    const isContent = depth > 0 || !/^[ \t]*(#|\r?\n|$)/.test(line);
    ({ at, depth } = skipLine(text, at, depth));
    const table = found.at(-1);
    const isNext = /^[ \t]*\r?\n$/.test(line) && table?.to === from;
    if (table && (isContent || isNext)) table.to = at;
  }
  return found;
}

const HEADER = /^[ \t]*\[\[?([^\]\r\n]+)\]\]?[ \t]*(#[^\r\n]*)?(\r?\n|$)/;

function lineAt(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(at, end < 0 ? text.length : end + 1);
}

/** Reads to the end of a line, through texts of many lines, and keeps count of open lists and tables. */
function skipLine(text: string, start: number, open: number): { at: number; depth: number } {
  let at = start;
  let depth = open;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\n") return { at: at + 1, depth };
    if (character === "#") {
      at += lineAt(text, at).length;
      return { at, depth };
    }
    if (character === '"' || character === "'") {
      at = endOfString(text, at, character);
      continue;
    }
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth--;
    at++;
  }
  return { at, depth };
}

function endOfString(text: string, start: number, quote: string): number {
  const long = text.startsWith(quote.repeat(3), start);
  const close = long ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < text.length) {
    if (quote === '"' && text[at] === "\\") at += 2;
    else if (text.startsWith(close, at)) {
      at += close.length;
      while (long && text[at] === quote) at++; // up to two quotes may stand before the closing three
      return at;
    } else if (!long && text[at] === "\n") return at;
    else at++;
  }
  return at;
}

function keysOf(header: string): string[] {
  const parts = header.match(/"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+/g) ?? [];
  return parts.map((part) => {
    if (part.startsWith('"')) return JSON.parse(part) as string;
    return part.startsWith("'") ? part.slice(1, -1) : part;
  });
}
