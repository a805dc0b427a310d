/** Effects of a text of SQL on the session that all clients share, beyond reading and writing rows. */
export interface SessionEffects {
  /** It may change settings; what they are afterwards must be asked. */
  readonly touchesSettings: boolean;
  readonly channels: readonly ChannelChange[];
  /** It must not reach the engine; why, for people. */
  readonly refusal: string | undefined;
}

/** A LISTEN or an UNLISTEN; without a channel, UNLISTEN of all. */
export interface ChannelChange {
  readonly verb: "listen" | "unlisten";
  readonly channel: string | undefined;
}

const NONE: SessionEffects = { touchesSettings: false, channels: [], refusal: undefined };
const PLAIN = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback)\b[^;]*;?\s*$/i;

/** Reads what one text of SQL, of one statement or many, does to the shared session. */
export function effectsOf(sql: string): SessionEffects {
  const setsByFunction = /\bset_config\b/i.test(sql);
  if (PLAIN.test(sql)) return setsByFunction ? { ...NONE, touchesSettings: true } : NONE;
  const statements = statementsIn(sql);
  return {
    touchesSettings: setsByFunction || statements.some((one) => /^(?:set|reset|do|call)\b/i.test(one)),
    channels: statements.flatMap(channelChange),
    refusal: statements.map(refusalOf).find((why) => why !== undefined),
  };
}

function channelChange(statement: string): readonly ChannelChange[] {
  const match = /^(listen|unlisten)\s+(?:"((?:[^"]|"")+)"|([^\s;"*]+)|\*)/i.exec(statement);
  if (!match) return [];
  const verb = match[1]!.toLowerCase() as ChannelChange["verb"];
  return [{ verb, channel: match[2]?.replaceAll('""', '"') ?? match[3]?.toLowerCase() }];
}

function refusalOf(statement: string): string | undefined {
  const keyword = /^\w*/.exec(statement)![0].toLowerCase();
  // The engine would read a COPY's data from its own stdin, find none, and end.
  if (keyword === "copy" && !/\bto\s+stdout\b/i.test(statement))
    return "COPY FROM, and COPY TO anything but STDOUT, is not available in the embedded store";
  // One session serves everybody: these would reach into the statements of other connections.
  if (["prepare", "execute", "deallocate", "discard"].includes(keyword))
    return `${keyword.toUpperCase()} is not available in the embedded store; prepare statements through the protocol`;
  return undefined;
}

/** The statements of a text, each from its first keyword on, comments before it removed. */
export function statementsIn(sql: string): readonly string[] {
  const statements: string[] = [];
  let at = 0;
  while (at < sql.length) {
    const start = skipBlanks(sql, at);
    at = endOfStatement(sql, start);
    if (at > start) statements.push(sql.slice(start, at));
    at++;
  }
  return statements;
}

function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    const blank = /\s*(?:--[^\n]*)?/y;
    blank.lastIndex = at;
    const end = at + (blank.exec(sql)?.[0].length ?? 0);
    const next = sql.startsWith("/*", end) ? endOfComment(sql, end) : end;
    if (next === at) return at;
    at = next;
  }
}

function endOfStatement(sql: string, from: number): number {
  let at = from;
  while (at < sql.length && sql[at] !== ";") at = skipToken(sql, at);
  return Math.min(at, sql.length);
}

// Quotes, dollar quotes and comments may hold semicolons; everything else is one step.
function skipToken(sql: string, at: number): number {
  switch (sql[at]) {
    case "'":
      return endOfQuote(sql, at, /e$/i.test(sql.slice(Math.max(0, at - 1), at)));
    case '"':
      return endOfQuote(sql, at, false);
    case "$":
      return endOfDollarQuote(sql, at);
    case "-":
      return sql[at + 1] === "-" ? skipTo(sql, "\n", at) : at + 1;
    case "/":
      return sql[at + 1] === "*" ? endOfComment(sql, at) : at + 1;
    default:
      return at + 1;
  }
}

function endOfQuote(sql: string, from: number, hasBackslashes: boolean): number {
  const quote = sql[from];
  for (let at = from + 1; at < sql.length; at++) {
    if (hasBackslashes && sql[at] === "\\") at++;
    else if (sql[at] === quote) return at + 1;
  }
  return sql.length;
}

function endOfDollarQuote(sql: string, from: number): number {
  const tag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
  tag.lastIndex = from;
  const found = tag.exec(sql)?.[0];
  return found ? skipTo(sql, found, from + found.length) : from + 1;
}

function endOfComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at++) {
    if (sql.startsWith("/*", at)) {
      depth++;
      at++;
    } else if (sql.startsWith("*/", at)) {
      at++;
      if (--depth === 0) return at + 1;
    }
  }
  return sql.length;
}

function skipTo(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
}
